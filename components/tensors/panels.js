// Panels whose elements are tied to each other: point at one, focus it or tap it, and what it reads lights up.
// Every number, sentence and tie was made by the server; the script only looks them up.

const REST = 250 // milliseconds without a move before the server hears of it
const MOVES = { ArrowLeft: -1, ArrowRight: 1 }

function make(name, kind, text) {
  const node = document.createElement(name)
  if (kind) node.className = kind
  if (text !== undefined) node.textContent = text
  return node
}

class Panel {
  constructor(data, stage) {
    this.data = data
    this.cells = []
    this.node = make("section", `panel ${data.kind}`)
    this.node.setAttribute("aria-label", data.title)
    this.node.classList.toggle("dense", Boolean(data.labels))
    this.node.append(make("h2", "", data.title), make("p", "note", data.note))
    this.scroll = make("div", "scroll")
    this.node.append(this.scroll)
    this[data.kind]()
    this.listen(stage)
  }

  columns() {
    return this.data.kind === "storage" ? 1 : (this.data.shape.at(-1) ?? 1)
  }

  cell(name, index) {
    const { texts, shades, changed } = this.data
    const cell = make(name, "cell", texts[index])
    if (shades) cell.style.setProperty("--shade", shades[index])
    cell.classList.toggle("changed", changed.includes(index))
    cell.dataset.index = index
    cell.tabIndex = -1
    cell.setAttribute("role", "gridcell")
    this.cells[index] = cell
    return cell
  }

  // Tiles of rows and columns, one for each place in the outer dimensions.
  grid() {
    const { shape, outer, texts } = this.data
    const rows = shape.at(-2) ?? 1
    const columns = this.columns()
    const tiles = make("div", "tiles")
    const across = shape.length === 4 ? shape[1] : outer.length || 1
    let line
    outer.forEach((label, tile) => {
      if (tile % across === 0) line = tiles.appendChild(make("div", "row"))
      const box = line.appendChild(make("div", "tile"))
      if (label) box.append(make("p", "", label))
      box.append(this.table(tile * rows * columns, rows, columns, label))
    })
    this.scroll.append(texts.length ? tiles : make("p", "note", "no elements"))
  }

  table(start, rows, columns, label) {
    const { labels, shape, title } = this.data
    const table = make("table")
    table.setAttribute("role", "grid")
    table.setAttribute("aria-label", `${title} ${label}`)
    if (shape.length) {
      const head = table.createTHead().insertRow()
      if (shape.length > 1) head.append(make("td"))
      for (let column = 0; column < columns; column++) this.head(head, labels?.columns[column] ?? column, "col")
    }
    const body = table.createTBody()
    for (let row = 0; row < rows; row++) {
      const line = body.insertRow()
      if (shape.length > 1) this.head(line, labels?.rows[row] ?? row, "row")
      for (let column = 0; column < columns; column++) line.append(this.cell("td", start + row * columns + column))
    }
    return table
  }

  head(line, text, scope) {
    const head = make("th", "", text)
    head.scope = scope
    line.append(head)
  }

  storage() {
    const strip = make("div", "strip")
    strip.setAttribute("role", "grid")
    strip.setAttribute("aria-label", this.data.title)
    this.data.texts.forEach((_, index) => {
      const box = strip.appendChild(make("div"))
      box.setAttribute("role", "row")
      const number = make("span", "number", index)
      number.setAttribute("role", "rowheader")
      box.append(this.cell("div", index), number)
    })
    this.scroll.append(strip)
  }

  heat() {
    this.svg = document.createElementNS("http://www.w3.org/2000/svg", "svg")
    this.svg.setAttribute("role", "img")
    this.svg.setAttribute("aria-label", `${this.data.title}: a heatmap; the arrow keys walk through its elements`)
    this.svg.setAttribute("tabindex", 0)
    this.scroll.append(this.svg)
  }

  fit(width) {
    if (this.svg) this.picture = new Heat(this.svg, this.data, width - 6)
  }

  listen(stage) {
    const index = (event) => (this.svg ? this.picture?.at(event) : (event.target.closest(".cell")?.dataset.index ?? null))
    const take = (event, act) => {
      const found = index(event)
      if (found !== null && found !== undefined) act(Number(found))
    }
    this.scroll.onpointermove = (event) => event.pointerType === "mouse" && take(event, (found) => stage.show(this, found))
    this.scroll.onpointerleave = () => stage.back()
    this.scroll.onclick = (event) => take(event, (found) => stage.choose(this, found))
    this.scroll.addEventListener("focusin", () => stage.chosen.panel !== this && stage.show(this, this.current ?? 0))
    this.scroll.onkeydown = (event) => {
      const last = this.data.texts.length - 1
      const columns = this.columns()
      const steps = { ...MOVES, ArrowUp: -columns, ArrowDown: columns, Home: -last, End: last }
      if (!(event.key in steps)) return
      event.preventDefault()
      const next = Math.min(Math.max((this.current ?? 0) + steps[event.key], 0), last)
      stage.choose(this, next)
      this.cells[next]?.focus()
    }
  }

  // One cell of each panel can be reached with the tab key: the current one.
  setCurrent(index) {
    this.cells[this.current ?? 0]?.setAttribute("tabindex", -1)
    this.current = Math.min(index, this.data.texts.length - 1)
    this.cells[this.current]?.setAttribute("tabindex", 0)
  }

  light(kind, indices) {
    for (const index of indices) this.cells[index]?.classList.add(kind)
    if (this.picture && kind === "now") this.picture.show(indices[0])
  }

  dim() {
    for (const cell of this.cells) cell.classList.remove("now", "linked")
    this.picture?.show(null)
  }

  say(index) {
    const { says, shape, texts, name } = this.data
    return says?.[index] ?? `${name}[${unravel(index, shape).join(", ")}] = ${texts[index]}`
  }
}

function unravel(index, shape) {
  return shape.reduceRight(([rest, ...places], size) => [Math.floor(rest / size), rest % size, ...places], [index]).slice(1)
}

class Stage {
  constructor(root) {
    this.root = root.querySelector(".stage")
    this.pending = null // sequence number of a choice whose echo has not come back yet
    this.sequence = 0
    this.panels = []
    this.chosen = {}
    this.words = this.root.querySelector(".words")
    this.words.ontoggle = () => this.write()
    this.observer = new ResizeObserver(() => this.fit())
    this.observer.observe(this.root.querySelector(".panels"))
  }

  destroy() {
    this.observer.disconnect()
    clearTimeout(this.rest)
  }

  receive(data, send) {
    this.send = send
    const scene = JSON.stringify(data.panels)
    const isNew = scene !== this.scene
    if (isNew) this.build(data, scene)
    if (isNew || (data.reports && (this.pending === null || data.sequence === this.pending))) {
      this.pending = null
      this.sequence = Math.max(this.sequence, data.sequence)
      const panel = this.panels.find((one) => one.data.name === data.pick)
      if (panel?.data.texts.length) this.settle(panel, Math.min(data.selected, panel.data.texts.length - 1))
    }
  }

  build(data, scene) {
    const focused = this.panels.find((panel) => panel.node.contains(this.root.getRootNode().activeElement))?.data.name
    this.scene = scene
    this.data = data
    this.root.setAttribute("aria-label", data.label)
    this.panels = data.panels.map((panel) => new Panel(panel, this))
    this.root.querySelector(".panels").replaceChildren(...this.panels.map((panel) => panel.node))
    for (const panel of this.panels) panel.setCurrent(0)
    this.width = null
    this.fit()
    this.write()
    this.focused = focused
  }

  fit() {
    const width = this.root.querySelector(".panels").clientWidth
    if (!width || width === this.width) return
    this.width = width
    for (const panel of this.panels) panel.fit(width)
    this.back()
  }

  settle(panel, index) {
    this.chosen = { panel, index }
    panel.setCurrent(index)
    this.show(panel, index)
    if (this.focused === panel.data.name) (panel.cells[index] ?? panel.svg).focus()
    this.focused = null
  }

  choose(panel, index) {
    this.settle(panel, index)
    if (!this.data.reports || panel.data.name !== this.data.pick) return
    this.pending = ++this.sequence
    clearTimeout(this.rest)
    this.rest = setTimeout(() => this.send("picked", { index, sequence: this.sequence }), REST)
  }

  back() {
    if (this.chosen.panel) this.show(this.chosen.panel, this.chosen.index)
  }

  show(panel, index) {
    for (const one of this.panels) one.dim()
    if (index >= panel.data.texts.length) return
    panel.light("now", [index])
    for (const other of this.panels) other.light("linked", panel.data.links[other.data.name]?.[index] ?? [])
    this.root.querySelector(".readout").textContent = panel.say(index)
  }

  // The text equivalent is written when somebody opens it.
  write() {
    if (!this.words.open) return
    const lines = this.panels.filter((panel) => panel.data.says).flatMap((panel) => panel.data.says)
    const told = lines.length ? lines : this.panels[0].data.texts.map((_, index) => this.panels[0].say(index))
    this.words.querySelector("ul").replaceChildren(...told.map((line) => make("li", "", line)))
  }
}

export default mounted(Stage)
