/** What tests ask a page, in the browser: a script of the page, and no module. */

/** Shows HTML as the whole page, and tells what became of it. */
globalThis.showComment = (html) => {
  document.body.innerHTML = html;
  const all = [...document.body.querySelectorAll("*")];
  const folds = [...document.querySelectorAll("details")];
  return {
    tags: [...new Set(all.map(({ tagName }) => tagName.toLowerCase()))],
    attributes: [...new Set(all.flatMap((element) => element.getAttributeNames()))],
    tables: [...document.querySelectorAll("table")].map(({ rows }) => [...rows].map(({ cells }) => cells.length)),
    folds: folds.map(
      (it) => !it.open && it.parentElement === document.body && it.firstElementChild?.tagName === "SUMMARY",
    ),
    // what somebody sees without unfolding anything
    text: document.body.innerText,
  };
};

/** Draws a diagram as GitHub does, and tells what is in it. */
globalThis.drawDiagram = async (source) => {
  mermaid.initialize({ startOnLoad: false, securityLevel: "strict" });
  const { svg } = await mermaid.render("drawing", source);
  document.body.innerHTML = svg;
  const foreign = /^(a|i|b|em|strong|img|image|script|iframe|h\d|ul|ol|li)$/i;
  const all = [...document.querySelectorAll("svg, svg *")];
  return {
    labels: [...document.querySelectorAll(".nodeLabel")].map(({ textContent }) => textContent),
    elementsInLabels: [...document.querySelectorAll(".nodeLabel *")].map(({ tagName }) => tagName.toLowerCase()),
    arrows: document.querySelectorAll("path.flowchart-link").length,
    foreign: all
      .filter((it) => foreign.test(it.tagName) || it.getAttributeNames().some((name) => /^on|href/.test(name)))
      .map(({ outerHTML }) => outerHTML),
  };
};
