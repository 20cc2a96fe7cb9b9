// What every stage with a story does alike: it walks the steps, and tells the server where the learner came to rest.

const REST = 250 // milliseconds without a move before the server hears of it
const PACE = 1100 // milliseconds a step, when Forward or Backward plays

// Moves go to the server when they rest; an echo older than the last move is not applied.
class Moves {
  constructor(commit) {
    this.commit = commit
    this.pending = null // sequence number of a move whose echo has not come back yet
    this.sequence = 0
  }

  touch() {
    this.pending = ++this.sequence
    clearTimeout(this.rest)
    this.rest = setTimeout(() => this.commit(this.sequence), REST)
  }

  // Whether what the server says is the answer to our last move, or news; `always` where it is another scene.
  accepts(sequence, always) {
    if (this.pending !== null && sequence !== this.pending && !always) return false
    this.pending = null
    this.sequence = Math.max(this.sequence, sequence)
    return true
  }

  destroy() {
    clearTimeout(this.rest)
  }
}

// The range labelled "step", Forward and Backward, and the step in words. `moved` hears where the learner goes.
class StoryWalk {
  constructor(find, moved) {
    this.find = find
    this.moved = moved
    this.range = find(".step")
    this.range.oninput = () => this.goTo(Number(this.range.value))
    find("button.forward").onclick = () => this.play("forward")
    find("button.backward").onclick = () => this.play("backward")
  }

  build(story, whole) {
    clearTimeout(this.playing)
    Object.assign(this, { story, whole })
    this.range.max = story.length
  }

  goTo(step) {
    clearTimeout(this.playing)
    this.range.value = step
    this.moved(step)
  }

  // Walk one phase step by step; at once to its end for those who want less motion.
  play(phase) {
    const first = this.story.findIndex((entry) => entry.phase === phase) + 1
    const last = this.story.findLastIndex((entry) => entry.phase === phase) + 1
    if (!first) return
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches
    const next = (step) => {
      this.goTo(step)
      if (step < last) this.playing = setTimeout(() => next(step + 1), PACE)
    }
    next(calm ? last : first)
  }

  tell(current, read) {
    const { story, whole } = this
    const step = Math.min(current, story.length)
    const entry = story[step - 1]
    const count = Object.assign(document.createElement("span"), { className: "count" })
    const who = document.createElement("strong")
    count.textContent = entry ? `Step ${step} of ${story.length}. ` : ""
    who.textContent = entry ? entry.who : ""
    this.find(".story").replaceChildren(count, who, fill(entry ? entry.text : whole, read))
    this.range.setAttribute("aria-valuetext", entry ? `${step} of ${story.length}` : "everything shown")
  }

  destroy() {
    clearTimeout(this.playing)
  }
}

// The rows of a table whose cells are templates; returns [cell, template] for each.
function buildRows(body, rows) {
  const cells = []
  body.replaceChildren()
  for (const row of rows) {
    const line = body.insertRow()
    for (const template of row) cells.push([line.insertCell(), template])
  }
  return cells
}

function decode(base64) {
  return new Float32Array(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)).buffer)
}
