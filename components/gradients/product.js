// v, the Jacobian and v @ J. Point at a column, focus it or tap it: v and the column light up, and their sum is written
// out. Every number and every sentence was made by the server; the script only looks them up.

const KEYS = { ArrowLeft: ["columns", -1], ArrowRight: ["columns", 1], ArrowUp: ["rows", -1], ArrowDown: ["rows", 1] }

function make(name, kind, text) {
  const node = document.createElement(name)
  if (kind) node.className = kind
  if (text !== undefined) node.textContent = text
  return node
}

class Stage {
  constructor(root) {
    this.root = root.querySelector(".stage")
    this.table = this.root.querySelector("table")
    this.chosen = { kind: "columns", index: 0 }
    this.table.onpointerover = (event) => event.pointerType === "mouse" && this.point(event)
    this.table.onpointerleave = () => this.show(this.chosen)
    this.table.onclick = (event) => this.take(this.target(event))
    this.table.onkeydown = (event) => this.walk(event)
  }

  receive(data) {
    const scene = JSON.stringify(data)
    if (scene === this.scene) return
    this.scene = scene
    this.data = data
    const hadFocus = this.table.contains(this.root.getRootNode().activeElement)
    this.draw()
    this.chosen.index = Math.min(this.chosen.index, data.columns.length - 1)
    this.choose(this.chosen)
    if (hadFocus) this.buttons[this.chosen.kind][this.chosen.index].focus()
  }

  draw() {
    const { data, root } = this
    root.setAttribute("aria-label", data.label)
    root.classList.toggle("refused", data.refused)
    root.querySelector(".name").textContent = data.v.length ? "v =" : "no v"
    root.querySelector(".note").textContent = data.note
    root.querySelector(".title").textContent = data.title
    root.querySelector(".verdict").textContent = data.verdict
    this.weights = data.v.map((text) => make("span", "cell", text))
    root.querySelector(".v").replaceChildren(...this.weights)
    this.buttons = { columns: [], rows: [] }
    this.cells = [] // of J, row by row; then those of v @ J and x.grad
    this.table.replaceChildren(this.head(), this.body())
    root.querySelector(".words ul").replaceChildren(...data.says.columns.concat(data.says.rows).map((line) => make("li", "", line)))
  }

  head() {
    const head = make("thead")
    const line = head.insertRow()
    line.append(make("td"))
    this.data.columns.forEach((name) => line.append(this.header("col", "columns", name)))
    return head
  }

  body() {
    const body = make("tbody")
    this.data.rows.forEach((row) => {
      const line = body.insertRow()
      line.append(this.header("row", "rows", row.name, row.weight))
      this.cells.push(row.texts.map((text, column) => this.cell(line, text, row.shades[column], row.signs[column])))
    })
    for (const { name, texts } of this.data.sums) {
      const line = body.insertRow()
      line.className = "sum"
      const head = make("th", "", name)
      head.scope = "row"
      line.append(head)
      this.cells.push(texts.map((text) => this.cell(line, text, 0, 1)))
    }
    return body
  }

  header(scope, kind, name, weight) {
    const head = make("th")
    const button = make("button")
    head.scope = scope
    button.type = "button"
    button.dataset.kind = kind
    button.dataset.index = this.buttons[kind].length
    button.onfocus = () => this.take(this.target({ target: button }))
    if (weight) button.append(make("b", "", weight), document.createTextNode(" × "))
    button.append(document.createTextNode(name))
    head.append(button)
    this.buttons[kind].push(button)
    return head
  }

  cell(line, text, shade, sign) {
    const cell = make("td", "cell", text)
    cell.style.setProperty("--shade", shade)
    cell.classList.toggle("negative", sign < 0)
    cell.dataset.kind = "columns"
    cell.dataset.index = line.cells.length - 1
    line.append(cell)
    return cell
  }

  // What an event is about: a row's name means the row, everything else its column.
  target(event) {
    const found = event.target.closest("[data-kind]")
    return found ? { kind: found.dataset.kind, index: Number(found.dataset.index) } : null
  }

  point(event) {
    const place = this.target(event)
    if (place) this.show(place)
  }

  take(place) {
    if (place) this.choose(place)
  }

  walk(event) {
    const [kind, step] = KEYS[event.key] ?? []
    if (!kind) return
    event.preventDefault()
    const last = this.buttons[kind].length - 1
    const from = this.chosen.kind === kind ? this.chosen.index + step : 0
    this.buttons[kind][Math.min(Math.max(from, 0), last)].focus()
  }

  // One button of the columns and one of the rows can be reached with the tab key.
  choose(place) {
    this.chosen = place
    for (const [kind, buttons] of Object.entries(this.buttons)) {
      const current = kind === place.kind ? place.index : 0
      buttons.forEach((button, index) => {
        button.tabIndex = index === current ? 0 : -1
        button.setAttribute("aria-pressed", kind === place.kind && index === place.index)
      })
    }
    this.show(place)
  }

  show({ kind, index }) {
    const isColumn = kind === "columns"
    this.weights.forEach((weight, row) => weight.classList.toggle("lit", isColumn || row === index))
    this.cells.forEach((line, row) => line.forEach((cell, column) => cell.classList.toggle("lit", isColumn ? column === index : row === index)))
    this.root.querySelector(".readout").textContent = this.data.says[kind][index]
  }
}

export default mounted(Stage)
