// The conveyor: arrow keys and taps move the shown batch at once, and the server hears of it when it has come to rest.
// Every order, sentence and shape was made by the server from torch's answers; the script only looks them up.

const KEYS = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1, Home: -Infinity, End: Infinity }

class Stage {
  constructor(root) {
    this.root = root.querySelector(".stage")
    this.find = (selector) => root.querySelector(selector)
    this.moves = new Moves((sequence) => this.send("moved", { step: this.step, sequence }))
    this.first = 0 // of the window on the dataset
    this.current = 0 // the sample that the tab key reaches
    this.find(".words").ontoggle = () => this.write()
    this.find(".earlier").onclick = () => this.page(-WINDOW)
    this.find(".later").onclick = () => this.page(WINDOW)
    this.listen()
  }

  destroy() {
    this.moves.destroy()
  }

  receive(data, send) {
    this.send = send
    const isNewSet = data.samples.id !== this.samples?.id
    const isNew = isNewSet || data.deal.id !== this.deal?.id || data.size !== this.size
    if (isNewSet) this.take(data.samples)
    if (isNew) this.takeDeal(data)
    this.shapes = new Map(data.shapes)
    this.gallery?.receive(data.pictures)
    if (this.moves.accepts(data.sequence, isNew)) this.step = Math.min(Math.max(data.step, 1), this.steps.length)
    this.paint(isNew)
  }

  take(data) {
    if (data.title !== this.samples?.title) this.first = this.current = 0 // not where only the scatter is another
    this.samples = new SampleSet(data)
    const View = this.samples.scatter ? Scatter : Gallery
    this.view = new View(this.samples)
    this.gallery = this.samples.scatter ? null : this.view
    this.find(".picture").replaceChildren(this.view.svg)
  }

  takeDeal(data) {
    this.deal = data.deal
    this.size = data.size
    this.epochs = data.deal.epochs.map((epoch) => new Epoch(epoch, data.size, this.samples.length))
    this.steps = this.epochs.flatMap((epoch, number) => Array.from({ length: epoch.count }, (_, batch) => [number, batch]))
    this.find(".footer").textContent = data.deal.footer
  }

  listen() {
    const epochs = this.find(".epochs")
    epochs.onclick = (event) => {
      const batch = event.target.closest(".batch")
      if (batch) this.goTo(Number(batch.dataset.step))
    }
    epochs.onkeydown = (event) => this.key(event, () => this.goTo(this.step + KEYS[event.key], true))
    const tiles = this.find(".source-tiles")
    tiles.onkeydown = (event) => this.key(event, () => this.focusSample(this.current + KEYS[event.key]))
    tiles.addEventListener("focusin", (event) => this.mark(Number(event.target.dataset.index)))
    tiles.addEventListener("focusout", () => this.mark(null))
    this.root.onpointerover = (event) => {
      const tile = event.target.closest("[data-index]")
      this.mark(tile ? Number(tile.dataset.index) : null)
    }
    this.root.onpointerleave = () => this.mark(null)
  }

  key(event, act) {
    if (!(event.key in KEYS)) return
    event.preventDefault()
    act()
  }

  goTo(step, focus) {
    if (!this.steps.length) return
    this.step = Math.min(Math.max(step, 1), this.steps.length)
    this.moves.touch()
    this.paint()
    if (focus) this.find('.batch[aria-selected="true"]').focus()
  }

  focusSample(index) {
    const last = Math.min(this.first + WINDOW, this.samples.length) - 1
    this.sourceTileAt(this.current).tabIndex = -1
    this.current = Math.min(Math.max(index, this.first), last)
    this.sourceTileAt(this.current).tabIndex = 0
    this.sourceTileAt(this.current).focus()
  }

  sourceTileAt(index) {
    return this.find(`.source-tiles [data-index="${index}"]`)
  }

  page(by) {
    this.first = Math.min(Math.max(this.first + by, 0), Math.floor((this.samples.length - 1) / WINDOW) * WINDOW)
    this.current = this.first
    this.paintSource()
  }

  get shown() {
    return this.steps[this.step - 1] ?? null
  }

  get indices() {
    const [epoch, batch] = this.shown ?? []
    return this.shown ? [...this.epochs[epoch].batch(batch)] : []
  }

  paint() {
    const hadFocus = this.find(".batch:focus") !== null
    this.paintSource()
    this.find(".epochs").replaceChildren(...this.epochs.map((epoch, number) => this.row(epoch, number)))
    if (hadFocus) this.find('.batch[aria-selected="true"]')?.focus()
    this.paintShown()
    this.mark(this.find(".source-tiles .tile:focus") ? this.current : null)
    this.write()
  }

  paintSource() {
    const { samples, first } = this
    const last = Math.min(first + WINDOW, samples.length)
    const isWindow = samples.length > WINDOW
    const epoch = this.epochs[this.shown?.[0] ?? 0]
    const lit = new Set(this.indices)
    const hadFocus = this.find(".source-tiles .tile:focus") !== null
    this.find(".source-title").textContent = samples.title
    this.find(".source-note").textContent = [
      isWindow ? `Window: samples ${first} to ${last - 1} of ${samples.length}.` : "",
      this.shown ? "Outlined: the shown batch." : "",
      epoch.times.includes(0) ? `Dashed: never drawn in epoch ${(this.shown?.[0] ?? 0) + 1}.` : "",
      epoch.times.some((count) => count > 1) ? "With a number: drawn so often." : "",
    ].join(" ").trim()
    const tiles = Array.from({ length: last - first }, (_, place) => this.sourceTile(first + place, epoch, lit))
    this.find(".source-tiles").replaceChildren(...tiles)
    this.find(".pager").hidden = !isWindow
    this.find(".earlier").disabled = first === 0
    this.find(".later").disabled = last === samples.length
    if (hadFocus) this.sourceTileAt(this.current)?.focus()
  }

  sourceTile(index, epoch, lit) {
    const tile = this.samples.tile(index)
    const times = epoch.times[index]
    tile.setAttribute("role", "option")
    tile.setAttribute("aria-selected", String(lit.has(index)))
    tile.setAttribute("aria-label", `${this.samples.name(index)}${lit.has(index) ? ", in the shown batch" : ""}`)
    tile.tabIndex = index === this.current ? 0 : -1
    tile.classList.toggle("in", lit.has(index))
    tile.classList.toggle("never", times === 0)
    if (times > 1) tile.append(make("sup", "", times))
    return tile
  }

  // One epoch: its batches, as many around the shown one as there is room for, and what was dropped.
  row(epoch, number) {
    const row = make("section", "epoch")
    const { size, samples } = this
    const room = Math.max(Math.floor((samples.length > WINDOW ? WINDOW / 2 : WINDOW) / size), 1)
    const around = this.shown ? this.shown[1] : 0
    const first = Math.min(Math.max(around - Math.floor(room / 2), 0), Math.max(epoch.count - room, 0))
    const last = Math.min(first + room, epoch.count)
    const title = make("h2", "", epoch.title)
    const part = epoch.count > room ? ` · window: batches ${first + 1} to ${last} of ${epoch.count}` : ""
    row.append(title, make("p", "note", epoch.note + part))
    const deal = row.appendChild(make("div", "deal"))
    if (epoch.count) deal.append(this.batches(epoch, number, first, last))
    else deal.append(make("p", "empty", "The loader hands over nothing: a loop over it runs no step, and raises no error."))
    if (epoch.left.length && last === epoch.count) deal.append(this.dropped(epoch))
    return row
  }

  batches(epoch, number, first, last) {
    const list = make("div", "batches")
    list.setAttribute("role", "listbox")
    list.setAttribute("aria-label", `Batches of epoch ${number + 1}`)
    const before = this.steps.findIndex(([other]) => other === number)
    for (let batch = first; batch < last; batch++) {
      const step = before + batch + 1
      const indices = [...epoch.batch(batch)]
      const box = list.appendChild(make("div", "batch"))
      const isShown = step === this.step
      box.setAttribute("role", "option")
      box.setAttribute("aria-selected", String(isShown))
      box.setAttribute("aria-label", `Batch ${batch + 1} of epoch ${number + 1}: samples ${indices.join(", ")}`)
      box.dataset.step = step
      box.tabIndex = isShown || (this.shown?.[0] !== number && batch === first) ? 0 : -1
      box.append(...indices.map((index) => this.samples.tile(index)))
    }
    return list
  }

  dropped(epoch) {
    const box = make("div", "dropped")
    box.append(make("span", "label", "dropped"))
    for (const index of epoch.left.subarray(0, WINDOW)) {
      const tile = box.appendChild(this.samples.tile(index))
      tile.classList.add("left")
    }
    return box
  }

  paintShown() {
    const { shown, indices } = this
    this.find(".shown").classList.toggle("none", !shown)
    if (!shown) return
    const [epoch, batch] = shown
    this.find(".shown-title").textContent =
      `Step ${this.step}: batch ${batch + 1} of ${this.epochs[epoch].count} in epoch ${epoch + 1}`
    this.find(".shapes").textContent = this.shapes.get(indices.length) ?? ""
    this.find(".indices").textContent = `indices ${indices.join(", ")}`
    this.find(".balance").replaceChildren(...(this.samples.hasKinds ? balanceRows(this.samples, indices) : []))
    this.view.show(indices)
  }

  // The same sample, wherever it is.
  mark(index) {
    for (const tile of this.root.querySelectorAll(".tile.same")) tile.classList.remove("same")
    this.view?.mark(index)
    this.find(".readout").textContent = index === null ? this.rest() : this.tell(index)
    if (index === null) return
    for (const tile of this.root.querySelectorAll(`.tile[data-index="${index}"]`)) tile.classList.add("same")
  }

  rest() {
    return "Point at a tile to find its sample in every epoch; tap a batch to look at it, or walk with the arrow keys."
  }

  tell(index) {
    const places = this.epochs.map((epoch, number) => `epoch ${number + 1}: ${epoch.where(index)}`)
    return `${this.samples.name(index)} · ${places.join(" · ")}`
  }

  // The text equivalent is written when somebody opens it.
  write() {
    if (!this.find(".words").open) return
    const told = this.epochs.flatMap((epoch, number) => [
      `Epoch ${number + 1}: ${epoch.note}.`,
      ...Array.from({ length: epoch.count }, (_, batch) => `batch ${batch + 1}: ${[...epoch.batch(batch)].join(", ")}`),
      ...(epoch.left.length ? [`dropped: ${[...epoch.left].join(", ")}`] : []),
      ...this.outside(epoch),
    ])
    this.find(".words ul").replaceChildren(...told.map((line) => make("li", "", line)))
  }

  outside(epoch) {
    const all = [...epoch.times.keys()]
    const never = all.filter((index) => !epoch.times[index])
    const often = all.filter((index) => epoch.times[index] > 1).map((index) => `${index} (${epoch.times[index]} times)`)
    return [
      ...(never.length ? [`never drawn: ${never.join(", ")}`] : []),
      ...(often.length ? [`drawn more than once: ${often.join(", ")}`] : []),
    ]
  }
}

export default mounted(Stage)
