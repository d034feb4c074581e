// What needs a script shows itself where there is one; what a browser says of a passkey that failed is said on the page.
document.addEventListener('DOMContentLoaded', function () {
  if (!window.PublicKeyCredential) return
  document.documentElement.classList.add('has-passkeys')
})

document.addEventListener('allauth.error', function (event) {
  const told = document.getElementById('passkey-told')
  if (!told) return
  event.preventDefault()
  told.hidden = false
  told.focus()
})
