// Where a log-in ends: hands the answer of /oauth/authorize to the page that began it.
'use strict';

const begun = window.opener?.swaggerUIRedirectOauth2;
const answer = new URLSearchParams(location.search);

function fault() {
  // Another log-in's answer, or one that somebody else sent here.
  if (answer.get('state') !== begun.state) return 'This answer belongs to no log-in of yours: try again.';
  if (answer.has('error')) return answer.get('error_description') ?? answer.get('error');
  return answer.has('code') ? '' : 'The answer holds no code.';
}

if (begun) {
  const message = fault();
  if (message) {
    begun.errCb({ authId: begun.auth.name, source: 'auth', level: 'error', message });
  } else {
    begun.auth.code = answer.get('code');
    begun.callback({ auth: begun.auth, redirectUrl: begun.redirectUrl });
  }
  window.close();
}
