// Draws cards from plain data and keeps no state: what is tracked is decided by torch, on the server.

function make(tag, className, ...children) {
  const element = document.createElement(tag)
  if (className) element.className = className
  element.append(...children) // strings become text, never markup
  return element
}

// Code that has to break in a narrow lane breaks behind a dot or a bracket.
function breakable(code) {
  return code.split(/(?<=[.(])/).flatMap((part) => [part, document.createElement("wbr")])
}

const kind = (tracked) => (tracked ? "tracked" : "untracked")

function picture({ alt, boxes }) {
  const row = make("div", "picture")
  row.setAttribute("role", "img")
  row.setAttribute("aria-label", alt)
  boxes.forEach(({ label, tag, tracked, isOperation }, place) => {
    if (place) row.append(make("span", `line ${kind(tracked)}`))
    const box = make("span", `box ${kind(tracked)} ${isOperation ? "operation" : "tensor"}`, label)
    if (tag) box.append(make("small", "", tag))
    row.append(box)
  })
  return row
}

function verdict({ name, tracked, word, reason }) {
  const dot = make("span", "dot")
  dot.setAttribute("aria-hidden", "true")
  const judged = make("p", `judged ${kind(tracked)}`, make("span", "name", name), dot, make("span", "word", word))
  return make("div", "judgement", judged, ...(reason ? [make("p", "reason", reason)] : []))
}

function table({ columns, rows }) {
  const heading = (text, scope) => Object.assign(make("th", "", text), { scope })
  const head = make("thead", "", make("tr", "", make("td"), ...columns.map((name) => heading(name, "col"))))
  const line = ([name, ...values]) => make("tr", "", heading(name, "row"), ...values.map((value) => make("td", "", value)))
  const wide = make("div", "wide", make("table", "", head, make("tbody", "", ...rows.map(line))))
  wide.tabIndex = 0
  wide.setAttribute("role", "group")
  wide.setAttribute("aria-label", "What torch says of every variable")
  return wide
}

function facts(pairs) {
  return make("dl", "facts", ...pairs.map(([name, value]) => make("div", "", make("dt", "", name), make("dd", "", value))))
}

// A long error opens: its first sentence is enough to compare lanes.
function said({ text, rest, isError }) {
  const first = `${isError ? "✗" : "✓"} ${text}`
  return rest ? make("details", "", make("summary", "", first), rest) : first
}

function answers(tried) {
  const entry = (answer) =>
    make("div", "", make("dt", "", ...breakable(answer.line)), make("dd", answer.isError ? "error" : "", said(answer)))
  return make("dl", "answers", ...tried.map(entry))
}

// The parts of a card in their order; a card has those for which it has data.
const PARTS = {
  title: (text) => make("h3", "", text),
  code: (text) => make("pre", "", ...breakable(text)),
  pictures: (rows) => make("div", "pictures", ...rows.map(picture)),
  verdicts: (all) => make("div", "verdicts", ...all.map(verdict)),
  table,
  facts,
  answers,
}

function card(data) {
  const drawn = make("article", "tracked" in data ? `card ${kind(data.tracked)}` : "card")
  if (data.title) drawn.setAttribute("aria-label", data.title)
  for (const [name, draw] of Object.entries(PARTS)) if (name in data) drawn.append(draw(data[name]))
  return drawn
}

export default function ({ data, parentElement }) {
  const cards = parentElement.querySelector(".cards")
  cards.className = `cards ${data.layout}`
  cards.setAttribute("aria-label", data.label)
  cards.replaceChildren(...data.cards.map(card))
}
