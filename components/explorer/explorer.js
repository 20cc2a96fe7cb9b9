// The stage: curve and graph move with one x, under the finger. Streamlit calls the default export with new data; what
// the learner moves is sent back when it has come to rest.

const BESIDE = 0.42 // largest share of the stage's width that a graph beside the curve may take

class Stage {
  constructor(root) {
    this.find = (selector) => root.querySelector(selector)
    this.moves = new Moves((sequence) => {
      if (!this.compact) this.send("moved", { x: this.at, step: this.current, sequence })
    })
    this.walk = new StoryWalk(this.find, (step) => this.changed(() => (this.current = step)))
    this.x = this.find(".x")
    this.x.oninput = () => this.moveTo(Number(this.x.value))
    this.find(".numbers").ontoggle = () => this.paint()
    this.listenToPointer(this.find("svg.curve"))
    this.observer = new ResizeObserver(([entry]) => this.fit(entry.contentRect.width))
    this.observer.observe(this.find(".views"))
  }

  destroy() {
    this.observer.disconnect()
    this.moves.destroy()
    this.walk.destroy()
  }

  // New data from the server: a new scene, a new point, or the echo of our own move.
  receive(data, send) {
    this.send = send
    const isNew = data.scene !== this.received
    if (isNew) this.build(data)
    if (this.moves.accepts(data.sequence, isNew)) {
      this.point = { ...data.point, values: decode(data.point.numbers) }
      this.at = this.point.at
      this.current = data.step
      this.x.value = this.at
      this.walk.range.value = data.step
    }
    this.paint()
  }

  build({ scene, compact }) {
    this.received = scene
    const data = (this.scene = JSON.parse(scene))
    this.compact = compact
    const flat = decode(data.arrays)
    const length = data.length
    this.arrays = Array.from({ length: flat.length / length }, (_, k) => flat.subarray(k * length, (k + 1) * length))
    this.kinks = new Set(data.kinks)
    this.find(".stage").classList.toggle("compact", compact)
    const { low, high } = data.axes.x
    Object.assign(this.x, { min: low, max: high, step: 1 / data.perUnit })
    this.walk.build(data.story, data.whole)
    this.curve = new CurveView(this.find("svg.curve"), data, this.arrays)
    this.graph = new GraphView(this.find("svg.graph"), data.graph)
    this.find("svg.curve").setAttribute("aria-label", data.alt.curve)
    this.find("svg.graph").setAttribute("aria-label", data.alt.graph)
    this.cells = buildRows(this.find(".numbers tbody"), data.graph.table)
    this.fit(this.find(".views").clientWidth)
  }

  fit(viewsWidth) {
    if (!this.curve || !viewsWidth) return
    // A graph stands beside the curve where both have room, else below it.
    this.find(".stage").classList.toggle("below", this.graph.width > BESIDE * viewsWidth)
    const width = this.find("svg.curve").clientWidth
    if (width) this.curve.resize(width)
    const pane = this.find(".pane")
    pane.scrollLeft = (pane.scrollWidth - pane.clientWidth) / 2
    this.paint()
  }

  listenToPointer(svg) {
    svg.onpointerdown = (event) => {
      svg.setPointerCapture(event.pointerId)
      this.moveTo(this.curve.at(event.clientX))
    }
    svg.onpointermove = (event) => {
      if (svg.hasPointerCapture(event.pointerId)) this.moveTo(this.curve.at(event.clientX))
    }
  }

  // The learner moves x: to the nearest place of the grid.
  moveTo(x) {
    const index = this.indexOf(x)
    const at = this.arrays[this.scene.x][index]
    this.x.value = at
    this.changed(() => (this.at = Number(this.x.value)))
  }

  changed(change) {
    change()
    this.moves.touch()
    this.paint()
  }

  indexOf(x) {
    const last = this.scene.length - 1
    return Math.min(Math.max(Math.round(x * this.scene.perUnit) + last / 2, 0), last)
  }

  // Look up the number of an array at the shown x: the server's own run at a typed x, else the grid.
  reader() {
    if (this.at === this.point.at) return (array) => this.point.values[array]
    const index = this.indexOf(this.at)
    return (array) => this.arrays[array][index]
  }

  // At once, not in the next frame's callback: the browser hands over one move a frame as it is.
  paint() {
    if (!this.point || !this.curve?.width) return
    const { scene } = this
    const read = this.reader()
    const [x, loss, grad] = [read(scene.x), read(scene.loss), read(scene.grad)]
    this.curve.show(x, loss, grad)
    this.x.setAttribute("aria-valuetext", format(x))
    this.showReadout(x, loss, grad)
    if (this.compact) return
    this.graph.show(read)
    this.graph.light(scene.story, this.current)
    this.walk.tell(this.current, read)
    if (this.find(".numbers").open) this.cells.forEach(([cell, template]) => (cell.textContent = fill(template, read)))
  }

  showReadout(x, loss, grad) {
    const readout = this.find(".readout")
    if (!readout.firstChild) {
      for (const kind of ["x", "loss", "grad"]) {
        if (kind !== "x") readout.append(" ")
        readout.append(Object.assign(document.createElement("span"), { className: kind }))
      }
    }
    const parts = readout.querySelectorAll("span")
    const texts = [`x=${this.decimals(x)}`, `loss=${format(loss)}`, `grad=${format(grad)}`]
    texts.forEach((text, index) => (parts[index].textContent = text))
    const isKink = this.at === this.point.at ? this.point.isKink : this.kinks.has(this.indexOf(this.at))
    const { notes } = this.scene
    const lossFails = !Number.isFinite(loss)
    const gradFails = !Number.isFinite(grad)
    const note = isKink ? notes.kink : lossFails && gradFails ? notes.both : lossFails ? notes.loss : gradFails ? notes.grad : ""
    this.find(".note").textContent = note.replace("{grad}", format(grad)).replace("{loss}", format(loss))
  }

  // x as it was set: two decimals, more where it was typed with more.
  decimals(x) {
    const typed = String(Number(this.at.toFixed(4)))
    return typed.split(".")[1]?.length > 2 ? typed : format(x)
  }
}

export default mounted(Stage)
