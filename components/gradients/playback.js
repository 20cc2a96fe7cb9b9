// Play, pause and scrub: a button and a range that move plotly's own frames, without a word to the server. Plotly stands
// in `window` as soon as Streamlit has drawn a chart; the buttons and sliders that it draws itself take no focus.

const AGAIN = 100 // milliseconds until a chart that is still on its way is looked for again

class Playback {
  constructor(root) {
    this.find = (selector) => root.querySelector(selector)
    this.range = this.find(".place")
    this.range.oninput = () => this.moveTo(Number(this.range.value))
    this.range.onkeydown = (event) => {
      if (event.key !== " ") return
      event.preventDefault()
      this.toggle()
    }
    this.find(".play").onclick = () => this.toggle()
  }

  destroy() {
    this.pause()
    clearTimeout(this.waiting)
  }

  // Another walk: its figure shows all of it, and so does this.
  receive(data) {
    if (data.walk === this.data?.walk) return
    this.destroy()
    this.data = data
    this.last = data.places.length - 1
    this.at = this.range.max = this.last
    this.tell()
  }

  moveTo(place) {
    this.pause()
    this.goTo(place, 0)
  }

  goTo(place, transition) {
    this.at = place
    this.tell()
    this.draw(transition)
  }

  // Play to the end, from the start where one is there already; at once to the end for those who want less motion.
  toggle() {
    if (this.playing) return this.pause()
    const { last } = this
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return this.goTo(this.at === last ? 0 : last, 0)
    this.find(".play").textContent = "❚❚ Pause"
    this.find(".readout").setAttribute("aria-live", "off") // a frame is nothing to read out
    const { duration } = this.data
    const step = () => {
      this.goTo(this.at === last ? 0 : this.at + 1, this.at === last ? 0 : duration / 2)
      if (this.at === last) return this.pause()
      this.playing = setTimeout(step, duration)
    }
    step()
  }

  pause() {
    clearTimeout(this.playing)
    this.playing = null
    this.find(".play").textContent = "▶ Play"
    this.find(".readout").setAttribute("aria-live", "polite")
  }

  draw(transition) {
    clearTimeout(this.waiting)
    const chart = document.querySelector(`.st-key-${this.data.chart} .js-plotly-plot`)
    if (!chart || !window.Plotly) return (this.waiting = setTimeout(() => this.draw(0), AGAIN))
    // A promise is refused where the next frame comes before this one is done; nothing is wrong then.
    window.Plotly.animate(chart, [String(this.at)], {
      mode: "immediate",
      frame: { duration: transition, redraw: false },
      transition: { duration: transition, easing: "cubic-in-out" },
    }).catch(() => {})
  }

  tell() {
    const [x, loss, grad] = this.data.places[this.at]
    this.range.value = this.at
    this.range.setAttribute("aria-valuetext", `step ${this.at} of ${this.last}`)
    const parts = { step: this.at, x, loss, grad }
    const spans = Object.entries(parts).map(([kind, value]) =>
      Object.assign(document.createElement("span"), { className: kind, textContent: `${kind}=${value} ` }),
    )
    this.find(".readout").replaceChildren(...spans)
  }
}

export default mounted(Playback)
