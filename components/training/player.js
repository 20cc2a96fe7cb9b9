// The player: moves through the kept epochs of a run that is over. Every number was computed by torch; here they are
// looked up and drawn. Where the learner comes to rest is sent back, so that a link can hold it.

const FRAMES = 90 // milliseconds an epoch, when it plays

class Player {
  constructor(root) {
    this.find = (selector) => root.querySelector(selector)
    this.moves = new Moves((sequence) => this.send("moved", { epoch: this.data.kept[this.at], sequence }))
    this.range = this.find(".epoch")
    this.range.oninput = () => this.moveTo(Number(this.range.value))
    this.range.onkeydown = (event) => {
      if (event.key !== " ") return
      event.preventDefault()
      this.toggle()
    }
    this.find(".play").onclick = () => this.toggle()
    this.find(".numbers").ontoggle = () => this.paint()
    this.observer = new ResizeObserver(() => this.fit())
    this.observer.observe(this.find(".views"))
  }

  destroy() {
    this.pause()
    this.observer.disconnect()
    this.moves.destroy()
  }

  // New data from the server: another run, another epoch, or the echo of our own move.
  receive(data, send) {
    this.send = send
    const other = data.run !== this.data?.run
    if (other) this.build(data)
    if (this.moves.accepts(data.sequence, other)) {
      this.pause()
      this.at = this.snapshotOf(data.epoch)
    }
    this.paint()
  }

  build(data) {
    this.data = data
    const flat = decode(data.curves)
    const curve = (index) => flat.subarray(index * data.length, (index + 1) * data.length)
    const shared = data.hasAccuracy ? 4 : 2
    this.loss = [curve(0), curve(1)]
    this.accuracy = data.hasAccuracy ? [curve(2), curve(3)] : null
    this.norms = data.layers.map((_, layer) => curve(shared + layer))
    this.range.max = data.kept.length - 1
    this.find(".points").replaceChildren()
    this.find(".points").setAttribute("viewBox", `0 0 ${SIDE} ${SIDE}`)
    this.find(".points").setAttribute("aria-label", data.alt.picture)
    this.find(".confusion").replaceChildren()
    this.find(".picture").className = `picture shows-${data.picture.kind}`
    this.picture = new PICTURES[data.picture.kind](this.find, data)
    buildLegend(this.find(".legend"), data)
    this.buildCharts(data)
    this.buildLayers(data)
    this.find(".numbers tbody").replaceChildren()
    this.fit()
  }

  buildCharts(data) {
    const moved = (epoch) => this.moveTo(this.snapshotOf(epoch))
    const parts = ([train, held]) => [
      { values: train, kind: "value", label: "train" },
      { values: held, kind: "value held", label: "held out" },
    ]
    const percent = { low: 0, high: 1, log: false, ticks: [[0, "0 %"], [0.5, "50 %"], [1, "100 %"]] }
    const norms = this.norms.map((values, layer) => ({ values, kind: `norm layer-${layer}`, label: this.short(layer) }))
    const charts = {
      loss: { title: "loss", series: parts(this.loss), axis: data.axes.loss, format },
      accuracy: this.accuracy && { title: "accuracy", series: parts(this.accuracy), axis: percent, format: share },
      norm: { title: "norm of W.grad", series: norms, axis: data.axes.norm, format: small },
    }
    this.charts = []
    for (const [name, chart] of Object.entries(charts)) {
      const svg = this.find(`.chart.${name}`)
      svg.style.display = chart ? "" : "none"
      svg.setAttribute("aria-label", data.alt[name])
      if (chart) this.charts.push(new Chart(svg, { ...chart, moved }))
    }
  }

  short(layer) {
    return layer === this.data.layers.length - 1 ? "out" : `L${layer + 1}`
  }

  buildLayers(data) {
    const heights = bytes(data.histograms)
    const bins = heights.length / data.layers.length / data.kept.length
    const bars = (layer) =>
      data.kept.map((_, snapshot) => Array.from(heights.subarray((layer * data.kept.length + snapshot) * bins).subarray(0, bins)))
    this.find(".layers").replaceChildren()
    this.cards = data.layers.map(
      (layer, index) => new LayerCard(this.find(".layers"), layer, bars(index), this.norms[index], data.axes.norm),
    )
  }

  fit() {
    const width = this.find(".charts").clientWidth
    if (!this.charts || !width) return
    for (const chart of this.charts) chart.resize(width)
    this.paint()
  }

  // The last kept epoch that is not after this one.
  snapshotOf(epoch) {
    return Math.max(this.data.kept.findLastIndex((kept) => kept <= Math.max(epoch, 0)), 0)
  }

  moveTo(snapshot) {
    this.pause()
    this.goTo(snapshot)
  }

  goTo(snapshot) {
    this.at = snapshot
    this.moves.touch()
    this.paint()
  }

  // Play to the end, from the start where one is there already; at once to the end for those who want less motion.
  toggle() {
    if (this.playing) return this.pause()
    const last = this.data.kept.length - 1
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return this.goTo(this.at === last ? 0 : last)
    if (this.at === last) this.at = 0
    this.find(".readout").setAttribute("aria-live", "off") // a frame is nothing to read out
    this.find(".play").textContent = "❚❚ Pause"
    const next = () => {
      this.goTo(this.at)
      if (this.at === last) return this.pause()
      this.playing = setTimeout(() => { this.at++; next() }, FRAMES)
    }
    next()
  }

  pause() {
    clearTimeout(this.playing)
    this.playing = null
    this.find(".play").textContent = "▶ Play"
    this.find(".readout").setAttribute("aria-live", "polite")
  }

  paint() {
    if (!this.data || this.at === undefined) return
    const epoch = this.data.kept[this.at]
    this.range.value = this.at
    this.range.setAttribute("aria-valuetext", `epoch ${epoch} of ${this.data.length - 1}`)
    this.picture.show(this.at)
    for (const chart of this.charts) chart.show(epoch)
    for (const card of this.cards) card.show(this.at, epoch)
    this.find(".readout").textContent = this.inWords(epoch)
    if (this.find(".numbers").open) this.fillTable()
  }

  inWords(epoch) {
    const pair = (name, [train, held], shown) => ` ${name}=${shown(train[epoch])} held-out ${name}=${shown(held[epoch])}`
    return `epoch=${epoch}` + pair("loss", this.loss, format) + (this.accuracy ? pair("accuracy", this.accuracy, share) : "")
  }

  // A row for each kept epoch, written when the table is first opened; after that only the mark moves.
  fillTable() {
    const body = this.find(".numbers tbody")
    if (!body.rows.length) {
      const columns = { epoch: null, "train loss": [this.loss[0], format], "held-out loss": [this.loss[1], format] }
      if (this.accuracy) {
        Object.assign(columns, { "train accuracy": [this.accuracy[0], share], "held-out accuracy": [this.accuracy[1], share] })
      }
      this.norms.forEach((values, layer) => (columns[`norm of W.grad, ${this.data.layers[layer].name}`] = [values, small]))
      const head = this.find(".numbers thead tr")
      head.replaceChildren()
      for (const name of Object.keys(columns)) child(head, "th", "", name).scope = "col"
      for (const epoch of this.data.kept) {
        const row = body.insertRow()
        for (const column of Object.values(columns)) child(row, "td", "", column ? column[1](column[0][epoch]) : String(epoch))
      }
    }
    for (const [index, row] of Array.from(body.rows).entries()) {
      row.classList.toggle("now", index === this.at)
      row.ariaCurrent = index === this.at ? "true" : null
    }
  }
}

function share(value) {
  return `${(100 * value).toFixed(1)}%`
}

export default mounted(Player)
