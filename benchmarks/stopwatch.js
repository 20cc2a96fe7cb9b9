// A stopwatch in the page: armed on the element that is going to change, started by the next key or click. Times are the
// browser's own, in milliseconds; what the tool that presses the keys takes is not in them.

const PATIENCE = 15000 // milliseconds for a change to come
const QUIET = 350 // milliseconds without any change before a page counts as settled; the explorer rests 250 before it sends

globalThis.stopwatch = {
  // Start time to first change of `watched`, and on: resolves once it changed, was painted and the script rests.
  arm(watched) {
    const marks = {}
    const app = document.querySelector("[data-testid=stApp]")
    const began = (event) => event.isTrusted && (marks.began ??= event.timeStamp)
    const input = () => (marks.input ??= performance.now())
    addEventListener("keydown", began, true)
    addEventListener("click", began, true)
    addEventListener("input", input, true)
    this.lap = new Promise((resolve, reject) => {
      const patience = setTimeout(() => reject(new Error(`no change, only ${JSON.stringify(marks)}`)), PATIENCE)
      const rests = () => app.getAttribute("data-test-script-state") === "notRunning"
      const look = () => {
        if (marks.changed === undefined) return
        if (rests()) marks.rested ??= performance.now()
        if (marks.painted === undefined || marks.rested === undefined) return
        removeEventListener("keydown", began, true)
        removeEventListener("click", began, true)
        removeEventListener("input", input, true)
        clearTimeout(patience)
        content.disconnect()
        state.disconnect()
        resolve(marks)
      }
      const content = new MutationObserver(() => {
        if (marks.began === undefined || marks.changed !== undefined) return
        marks.changed = performance.now()
        // A frame's callbacks run before its style, layout and paint; a message posted there is read after them.
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel()
          port1.onmessage = () => {
            marks.painted = performance.now()
            port1.close()
            look()
          }
          port2.postMessage(null)
        })
        look()
      })
      const state = new MutationObserver(look)
      content.observe(watched, { subtree: true, childList: true, characterData: true })
      state.observe(app, { attributeFilter: ["data-test-script-state"] })
    })
  },

  // Resolves with the time of the last change anywhere, when for a while there was no other and the script rests.
  settle(watched) {
    const app = document.querySelector("[data-testid=stApp]")
    return new Promise((resolve) => {
      let last = performance.now()
      const observer = new MutationObserver(() => (last = performance.now()))
      for (const root of [document.body, watched.getRootNode()])
        observer.observe(root, { subtree: true, childList: true, characterData: true, attributes: true })
      const look = () => {
        const rests = app.getAttribute("data-test-script-state") === "notRunning"
        if (!rests || performance.now() - last < QUIET) return setTimeout(look, 20)
        observer.disconnect()
        resolve(last)
      }
      look()
    })
  },
}
