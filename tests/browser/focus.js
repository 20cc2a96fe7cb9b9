// Notes where the Tab key leads in the page's main part: for each stop its place in the document, and how it and what is
// around it look with the focus and without. `tabStops()` ends a walk, and says what it found.
(() => {
  const LOOKS = ["outlineStyle", "outlineWidth", "outlineColor", "boxShadow", "borderColor", "backgroundColor", "color", "stroke", "strokeWidth"]
  const AROUND = 4 // parents on which Streamlit may draw a focus, as on a toggle's label
  const parentOf = (node) => node.parentElement ?? node.getRootNode().host ?? null
  const inner = (node) => (node?.shadowRoot?.activeElement ? inner(node.shadowRoot.activeElement) : node)
  const ancestors = (node) => (node ? [node, ...ancestors(parentOf(node))] : [])

  const look = (node) => {
    const seen = [...ancestors(node).slice(0, AROUND), ...[...node.querySelectorAll("*")].slice(0, 8)]
    return seen.map((one) => { const style = getComputedStyle(one); return LOOKS.map((name) => style[name]).join() }).join("|")
  }
  // Numbers that sort as the document does, shadow roots included.
  const place = (node) => ancestors(node).reverse().map((one) => [...(one.parentNode ?? document).childNodes].indexOf(one))
  const name = (node) => `${node.tagName.toLowerCase()} ${(node.getAttribute("aria-label") ?? node.textContent ?? "").trim().slice(0, 40)}`

  const within = (root) => [...root.querySelectorAll("*")].flatMap((one) => [one, ...(one.shadowRoot ? within(one.shadowRoot) : [])])
  const canStop = (node) => node.tabIndex >= 0 && !node.disabled && node.checkVisibility({ visibilityProperty: true })
  const group = (node) => node.closest("[data-testid=stButtonGroup]") ?? node // a group is one stop: arrows lead through it

  let stops = []
  let isRound = false
  document.head.append(Object.assign(document.createElement("style"), { textContent: "* { transition: none !important }" }))
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Tab") return
    const node = inner(document.activeElement)
    const above = ancestors(node)
    if (!above.slice(1).some((one) => one.dataset?.testid === "stMain")) return // stMain itself is Streamlit's, to scroll
    if (stops.some((stop) => stop.node === node)) return (isRound = true)
    const keys = above.flatMap((one) => [...(one.classList ?? [])]).filter((kind) => kind.startsWith("st-key-"))
    stops.push({ node, focused: look(node), place: place(node), name: name(node), keys: keys.map((kind) => kind.slice(7)) })
  }, true)
  const frame = () => new Promise((done) => requestAnimationFrame(done))
  window.tabStops = async () => {
    if (!isRound) return null
    inner(document.activeElement).blur()
    await frame() // Streamlit draws some of its focus by itself, and takes it away a little later
    await frame()
    const native = "button, input, select, textarea, a[href], summary, [tabindex='0']"
    const all = within(document.querySelector("[data-testid=stMain]")).filter((one) => one.matches(native) && canStop(one))
    const found = {
      missed: all.filter((one) => !stops.some((stop) => group(stop.node) === group(one))).map(name),
      stops: stops.map(({ node, focused, ...stop }) => ({ ...stop, isSeen: node.isConnected && focused !== look(node) })),
    }
    ;[stops, isRound] = [[], false]
    return found
  }
})()
