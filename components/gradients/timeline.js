// What each call did to x.grad: a bar of what was there, with what was added, and the same in words.
// Every number and every width was made by the server.

function make(name, kind, text) {
  const node = document.createElement(name)
  if (kind) node.className = kind
  if (text !== undefined) node.textContent = text
  return node
}

function bar(kind, [left, width]) {
  const part = make("span", kind)
  part.style.left = `${left}%`
  part.style.width = `${width}%`
  return part
}

function row(moment, zero) {
  const item = make("li", moment.kind)
  const text = make("div", "what")
  const did = make("div", "did", moment.did)
  item.append(make("span", "number", moment.number), text)
  text.append(make("div", "line", moment.line))
  if (moment.kind === "error") {
    item.append(did)
    return item
  }
  text.append(did)
  const track = make("div", "track")
  track.setAttribute("aria-hidden", "true")
  if (moment.was[1]) track.append(bar("was", moment.was))
  if (moment.added[1]) track.append(bar("added", moment.added))
  const axis = make("span", "zero")
  axis.style.left = `min(${zero}%, calc(100% - 2px))`
  track.append(axis)
  item.append(track, make("span", "after", moment.after))
  return item
}

export default function ({ data, parentElement }) {
  parentElement.querySelector("ol").replaceChildren(...data.moments.map((moment) => row(moment, data.zero)))
}
