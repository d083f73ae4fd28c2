// The notebook's secret code: kept in this browser's storage, with a copy in a cookie. By the cookie Python knows it
// before its first rerun, so that none is needed to say it: a rerun that a page makes by itself gets in the way of a
// person's click, and has carried some away from the page that a link had opened.

const KEY = "tl.notebook"
const CODE = /^[0-9a-hjkmnp-tv-z]{26}$/
const A_YEAR = 365 * 24 * 60 * 60 // seconds

let said // what Python knows; what it was told, Streamlit sends along with every later rerun, so that none can lose it
let written // the last move that was written: each is written once, for another tab may have moved on since
let look = () => {} // what this page does when another tab has changed the code

// Once a page load and not once a call: Streamlit calls the function below at every change of its data.
window.addEventListener("storage", (event) => {
  if (event.key === KEY || event.key === null) look()
})

function keptCode({ code, move }) {
  if (move && move.id !== written) {
    localStorage.setItem(KEY, move.code)
    written = move.id
  }
  const found = localStorage.getItem(KEY)
  const kept = CODE.test(found ?? "") ? found : code
  if (kept !== found) localStorage.setItem(KEY, kept) // a new browser takes the code that Python gives it
  const secure = location.protocol === "https:" ? "; secure" : ""
  document.cookie = `tl_notebook=${kept}; path=/; max-age=${A_YEAR}; samesite=lax${secure}`
  return kept
}

function keptCodeOrNone(data) {
  try {
    return keptCode(data)
  } catch {
    return "" // storage is blocked or full: this browser keeps nothing
  }
}

export default function ({ data, setStateValue }) {
  said ??= data.code
  look = () => {
    const code = keptCodeOrNone(data)
    if (code === said) return
    said = code
    setStateValue("code", code)
  }
  look()
}
