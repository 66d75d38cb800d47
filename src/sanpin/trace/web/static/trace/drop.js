// <x-drop>: files may be drawn onto the form inside; without this it is a plain form.
class DropZone extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[type=file]")
    this.names = this.querySelector(".drop-names")
    this.input.addEventListener("change", () => this.tell())
    for (const name of ["dragenter", "dragover"]) this.addEventListener(name, event => this.over(event, true))
    this.addEventListener("dragleave", event => this.over(event, this.contains(event.relatedTarget)))
    this.addEventListener("drop", event => {
      this.over(event, false)
      if (!event.dataTransfer.files.length) return
      this.input.files = event.dataTransfer.files
      this.tell()
    })
  }

  over(event, inside) {
    event.preventDefault()
    this.classList.toggle("over", inside)
  }

  tell() {
    const names = [...this.input.files].map(file => file.name)
    const count = this.dataset.chosen.replace("{count}", names.length)
    this.names.textContent = names.length > 1 ? `${count}: ${names.slice(0, 8).join(", ")}${names.length > 8 ? " …" : ""}` : ""
  }
}
customElements.define("x-drop", DropZone)
