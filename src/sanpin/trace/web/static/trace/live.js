// <x-live src href>: says how many events came since the page was made. The stream speaks the
// reader's language; a link shows them, so that nothing moves under the reader's eyes.
class Live extends HTMLElement {
  connectedCallback() {
    this.connect(this.getAttribute("src"))
    // A page that is kept for going back would hold its connection for ever.
    this.leave = () => this.stream?.close()
    window.addEventListener("pagehide", this.leave)
  }

  disconnectedCallback() {
    window.removeEventListener("pagehide", this.leave)
    this.stream?.close()
  }

  connect(address) {
    this.stream = new EventSource(address)
    this.stream.addEventListener("update", event => this.show(JSON.parse(event.data)))
    this.stream.addEventListener("end", event => {
      this.show(JSON.parse(event.data))
      this.stream.close()
      this.connect(address)
    })
  }

  show({ events, text }) {
    if (!events) return
    const link = Object.assign(document.createElement("a"), { href: this.getAttribute("href"), textContent: this.dataset.show })
    this.replaceChildren(text, " ", link)
  }
}
customElements.define("x-live", Live)
