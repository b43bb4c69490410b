/** A review of what somebody wrote who wants more than to be read. */
import { say } from "../../cli/diff/describe.ts";
import { markdownList } from "../../cli/diff/render.ts";
import type { Review } from "../../review/comment.ts";
import { reportWith } from "../analyzer/reporters/reports.ts";

/** A review with the text everywhere that a plan or a manifest can put one. */
export function reviewWith(text: string): Review {
  const line = { mark: "+" as const, words: say`group ${text} (${`${text}, ${text}`})`, below: [] };
  return {
    report: reportWith(text),
    statementOf: () => ({ Sid: text, Condition: { StringLike: { [text]: [text, text] } } }),
    trust: [
      { who: text, role: text, change: "new" },
      { who: text, role: "aws_iam_role.other", change: "gone" },
    ],
    access: {
      summary: "1 assignment gained",
      lines: markdownList([{ title: "Access gained", lines: [{ ...line, below: [line] }] }]),
    },
  };
}
