// A program beside the graph that autograd recorded of it: a box lights its line, a line lights its boxes.

const TALL = 4 // layers from which on they stand closer together
const CODE = 350 // pixels that the code needs beside the graph
const CLOSE = { width: 226, height: 122 }

class GraphStage {
  constructor(root) {
    this.find = (selector) => root.querySelector(selector)
    this.moves = new Moves((sequence) => this.send("moved", { step: this.current, sequence }))
    this.walk = new StoryWalk(this.find, (step) => this.moveTo(step))
    this.observer = new ResizeObserver(() => this.fit())
    this.observer.observe(this.find(".views"))
  }

  destroy() {
    this.observer.disconnect()
    this.moves.destroy()
    this.walk.destroy()
  }

  receive(data, send, trigger) {
    this.send = send
    this.trigger = trigger
    const isNew = data.scene !== this.received
    if (isNew) this.build(data)
    this.follow(data)
    if (this.moves.accepts(data.sequence, isNew)) {
      this.current = data.step
      this.walk.range.value = data.step
    }
    this.paint()
    this.keepUp()
  }

  build({ scene, step }) {
    this.received = scene
    const data = (this.data = JSON.parse(scene))
    this.numbers = decode(data.numbers)
    this.read = (array) => this.numbers[array]
    this.current = step
    this.pointed = this.chosen = null // {nodes, line}: what is pointed at, and what a tap made stay
    const svg = this.find("svg.graph")
    svg.setAttribute("aria-label", data.alt)
    const touched = (index, stays) => this.touch(index === null ? null : { nodes: [index], line: data.lines[index] }, stays)
    const hadFocus = svg.contains(svg.getRootNode().activeElement)
    const cut = (index) => this.trigger("cut", (this.pointedAt = data.graph.edges[index].use))
    this.graph = new GraphView(svg, data.graph, { touched, cut, ...(data.graph.layers > TALL ? { cell: CLOSE } : {}) })
    this.graph.show(this.read)
    if (hadFocus) this.graph.focusCut(this.pointedAt)
    this.walk.build(data.story, data.whole)
    this.buildCode(data)
    buildRows(this.find(".numbers tbody"), data.table).forEach(([cell, template]) => (cell.textContent = fill(template, this.read)))
    this.find(".pane").scrollTop = 0
    this.fit()
    this.bringIntoView(data.first)
  }

  fit() {
    const width = this.find(".views").clientWidth
    if (!this.data || (width === this.width && this.fitted === this.received)) return
    Object.assign(this, { width, fitted: this.received })
    const room = width - CODE
    this.find(".stage").classList.toggle("below", this.graph.width > room)
    const pane = this.find(".pane")
    pane.scrollLeft = (pane.scrollWidth - pane.clientWidth) / 2
    this.holdRoomForCards()
    this.keepUp()
  }

  // The tallest card sets the height for all: nothing may move under a pointer that wanders over the boxes.
  holdRoomForCards() {
    const card = this.find(".card")
    card.style.minHeight = ""
    const heights = this.data.cards.map((_, index) => {
      this.showCard(index, Infinity)
      return card.offsetHeight
    })
    card.style.minHeight = `${Math.max(...heights)}px`
    this.paint()
  }

  buildCode(data) {
    this.items = data.code.map((text, line) => {
      const item = document.createElement("li")
      const nodes = data.lines.flatMap((made, index) => (made === line ? [index] : []))
      if (!nodes.length) {
        item.textContent = text
        return item
      }
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: text })
      button.onpointerenter = button.onfocus = () => this.touch({ nodes, line }, false)
      button.onpointerleave = button.onblur = () => this.touch(null, false)
      button.onclick = () => this.touch({ nodes, line }, true)
      item.append(button)
      return item
    })
    this.find(".code").replaceChildren(...this.items)
  }

  // Where the page itself walks the run, it says which lines are done and what each of them gave.
  follow({ lit, notes }) {
    this.lit = lit
    this.find(".steps").hidden = Boolean(lit)
    this.items.forEach((item, line) => {
      if (notes?.[line]) item.dataset.note = notes[line]
      else delete item.dataset.note
    })
  }

  // Keep in sight what the page has come to.
  keepUp() {
    const entry = this.lit && this.data.story[this.current - 1]
    if (entry) this.bringIntoView(entry.node)
  }

  touch(what, stays) {
    if (stays) this.chosen = this.chosen && String(this.chosen.nodes) === String(what.nodes) ? null : what
    else this.pointed = what
    this.paint()
  }

  moveTo(step) {
    this.current = step
    this.chosen = null
    this.moves.touch()
    this.paint()
    const entry = this.data.story[step - 1]
    if (entry) this.bringIntoView(entry.node)
  }

  // Scroll the pane, never the page, until the box can be seen.
  bringIntoView(index) {
    const pane = this.find(".pane")
    const box = this.graph.parts.get(`value-${index}`)[0].getBoundingClientRect()
    const frame = pane.getBoundingClientRect()
    if (box.top < frame.top || box.bottom > frame.bottom) pane.scrollTop += (box.top + box.bottom - frame.top - frame.bottom) / 2
    if (box.left < frame.left || box.right > frame.right) pane.scrollLeft += (box.left + box.right - frame.left - frame.right) / 2
  }

  paint() {
    const { story, cards, code, lines } = this.data
    this.graph.light(story, this.current)
    this.walk.tell(this.current, this.read)
    const entry = story[Math.min(this.current, story.length) - 1]
    const touched = this.pointed ?? this.chosen
    const nodes = touched?.nodes ?? (entry ? [entry.node] : [])
    const isBack = !touched && entry?.phase === "backward"
    const line = touched ? touched.line : isBack ? code.length - 1 : entry ? lines[entry.node] : null
    cards.forEach((_, index) => {
      const box = this.graph.parts.get(`value-${index}`)[0]
      box.classList.toggle("lit", nodes.includes(index))
      box.setAttribute("aria-pressed", String(this.chosen?.nodes.includes(index) ?? false))
    })
    const lit = this.lit && !touched ? this.lit : { [line]: isBack ? "back" : "lit" }
    this.items.forEach((item, index) => {
      item.classList.toggle("lit", index in lit)
      item.classList.toggle("back", lit[index]?.startsWith("back") ?? false)
      item.classList.toggle("done", lit[index]?.endsWith("done") ?? false)
    })
    this.showCard(nodes.at(-1) ?? this.data.first, this.current || Infinity)
  }

  // What one box is: its facts, what it saved, and why it is where it is. A gradient is told from its step on.
  showCard(index, step) {
    const card = this.data.cards[index]
    const list = document.createElement("dl")
    const add = (term, kind, text) => {
      list.append(Object.assign(document.createElement("dt"), { textContent: term }))
      list.append(Object.assign(document.createElement("dd"), { className: kind, textContent: text }))
    }
    for (const [term, kind, template, from] of card.facts) if (step >= from) add(term, kind, fill(template, this.read))
    for (const [name, template, isTensor] of card.saved) {
      const freed = isTensor && step >= card.ran
      const state = !isTensor ? "a number, stays" : freed ? "✗ freed by backward()" : "✓ alive"
      add(name, freed ? "freed" : "", `${fill(template, this.read)} · ${state}`)
    }
    const title = Object.assign(document.createElement("p"), { className: "title", textContent: card.title })
    const about = Object.assign(document.createElement("p"), { textContent: card.about })
    this.find(".card").replaceChildren(title, list, about)
  }
}

export default mounted(GraphStage)
