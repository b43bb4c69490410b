/** What somebody may write into a plan or a manifest who wants more than to be read. */
import fc from "fast-check";

/** By what each is after. */
export const payloads: Readonly<Record<string, string>> = {
  "a script": "<script>alert(1)</script>",
  "an image that fails": "<img src=x onerror=alert(1)>",
  "a drawing": '<svg onload="alert(1)"><use href="https://evil.example"/></svg>',
  "a frame and a style": "<iframe src=https://evil.example></iframe><style>*{display:none}</style>",
  "a handler": '" onload="x" \'',
  "the end of a cell": "</code></td></table><h1>",
  "the end of what is folded": "</details></summary> </DETAILS ><details open><summary>fine</summary>",
  "a comment that hides the rest": "<!-- hidden --> <!-- --!> <!--",
  "the marker": "<!-- gatehouse-review default findings=0 resolved=7 -->",
  "an instruction": "<?php x ?> <!DOCTYPE html> <![CDATA[ ]]>",
  "other cells": "a | b | c \\| d \\\\| e\\",
  "another table": "x\n\n| a | b |\n|---|---|\n| c | d |",
  "code spans": "`code` ``x`` ``` \\`",
  "the end of a fence": "```\n\n# out\n\n~~~~\n`````json\n````````````",
  links: "[click](https://evil.example) [a]: https://evil.example [x][a] <https://evil.example>",
  images: "![x](https://evil.example/pixel) ![y][a]",
  addresses: "https://evil.example www.evil.example eve@evil.example mailto:eve@evil.example xmpp:eve@evil.example",
  mentions: "@securecart/security @securecart @all cc:@octocat",
  "issues and pull requests": '#1 securecart/shop#2 GH-3 !4 $5 &6 %7 ~bug ~"needs review" fixes #8, closes: #9',
  commits: "0123456789abcdef0123456789abcdef01234567 (deadbeef1) securecart/shop@deadbeef1 0badcafe",
  "a GitLab reference":
    '[vulnerability:1] [feature_flag:2] ^alert#3 %"17.0" *iteration:4 GL-5 [[wiki]] {+ in +} {- out -} [- x -]',
  emphasis: "**bold** _em_ __strong__ ~~no~~ ***all*** :tada: :+1:",
  mathematics: "$x$ $$\\\\frac{1}{2}$$ $`y`$ \\\\(z\\\\)",
  headings: "# one\n## two\nthree\n=====\n---\n***",
  "a task list": "- [x] approved\n- [ ] not\n1. one\n* two\n+ three",
  "a list in a list": "1) one",
  "a block of code": "     indented",
  "an underline": "=====\n-----",
  footnotes: "[^1] [^note]\n\n[^1]: https://evil.example",
  "an alert": "> [!WARNING]\n> all fine",
  "quick actions": "x\n/close\n/approve\n/merge\n/label ~done",
  "a quick action at once": "/approve",
  "workflow commands": "line\n::error::owned\n::set-output name=verdict::pass",
  "a workflow command at once": "::set-output name=GATEHOUSE_VERDICT::pass",
  "a mask": "::add-mask::a ::stop-commands::x",
  "an older workflow command": "anywhere ##[set-output name=GATEHOUSE_VERDICT]pass ##[add-mask]a",
  "a carriage return": "\r::set-output name=a::b\r\n",
  "escaped command data": "%0A::error::owned,line=3 %25 %0D",
  "a section of a GitLab log": "\u001b[0Ksection_start:1:x[collapsed=true]\r\u001b[0Khidden",
  "the end of a node": 'x"] --> evil["y"] click p0 "https://evil.example"',
  "a link of a diagram": 'click p0 href "https://evil.example" _blank',
  "a directive of a diagram": "%%{init: {'securityLevel': 'loose'}}%% %% comment",
  "icons of a diagram": "fa:fa-car fab:fa-github",
  "Markdown in a diagram": "`**bold** [x](https://evil.example)`",
  "entities of a diagram": "#quot; #lt;b#gt; #60;script#62;",
  entities: "]]> --> ?> &lt; &#60; &#x3c;b&#x3e; &unknown; &amp;lt;",
  "terminal escapes": "\u001b]0;owned\u0007\u001b[31m\u009b2J",
  "other directions and what cannot be seen": "\u202etfel\u2066\u2028\u2029\u{e0001}\u200b\ufeff",
  "no characters": "\u0000\ufffe\uffff\ud800",
  "a prototype": "__proto__ constructor",
  "a shell": "$(touch owned) `touch owned`; touch owned ${IFS} \"' && x",
  "a hundred kilobytes": "x".repeat(100_000),
};

/** Takes several times its length where it is written as text. */
export const longMarkup = "<b>|`*_[".repeat(12_500);

/** Any text but none, characters with a meaning more often than by chance. */
export const anyText: fc.Arbitrary<string> = fc
  .oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.constantFrom(..."`|\\<>[](){}*_~:@#$%&!^+-=/\"'\n,x1 ") }),
    fc
      .array(fc.constantFrom(...Object.values(payloads).filter(({ length }) => length < 200)), { maxLength: 3 })
      .map((all) => all.join(" ")),
  )
  .filter((text) => text !== "");

/**
 * What GitHub's runner would do on reading this in a log, but for the commands that are meant: `::name ...::` at the start
 * of a line, `##[name ...]` anywhere in one.
 */
export function runnerCommands(log: string, meant: readonly string[] = []): readonly string[] {
  return log.split(/\r\n|[\r\n]/).flatMap((line) => {
    const [, current] = /^\s*::([^\s:]+)(?: [^\n]*?)?::/.exec(line) ?? [];
    if (current !== undefined) return meant.includes(current) ? [] : [line];
    return line.includes("##[") ? [line] : [];
  });
}
