// How a component comes onto the page: one instance of its class for each place, kept from run to run, told of new data by
// `receive(data, setStateValue, setTriggerValue)`, and of its end, where it wants to know, by `destroy()`.

function mounted(Kind) {
  const places = new WeakMap()
  return ({ data, parentElement, setStateValue, setTriggerValue }) => {
    if (!places.has(parentElement)) places.set(parentElement, new Kind(parentElement))
    const stage = places.get(parentElement)
    stage.receive(data, setStateValue, setTriggerValue)
    return () => {
      stage.destroy?.()
      places.delete(parentElement)
    }
  }
}
