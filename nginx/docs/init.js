// Swagger UI on this site's API. To log in it is an OAuth client like any other: public, with PKCE. It
// registers itself when somebody first wants to log in, and this browser keeps its id, which is no secret.
'use strict';

const redirectUri = new URL('/docs/oauth2-redirect.html', location.origin).href;
const keptAs = `docs-client ${redirectUri}`;
const note = document.getElementById('note');

function tell(text) {
  note.textContent = text;
  note.hidden = !text;
}

async function register() {
  const answer = await fetch('/oauth/register', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      client_name: 'API documentation',
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code'],
      token_endpoint_auth_method: 'none',
    }),
  });
  const client = await answer.json();
  if (!answer.ok) throw new Error(client.error_description ?? client.detail);
  return client.client_id;
}

// Unused clients are cleared away; one that is not known any more may not even ask to end a token.
async function isKnown(clientId) {
  const body = new URLSearchParams({ client_id: clientId, token: 'none' });
  return (await fetch('/oauth/revoke', { method: 'POST', body })).status !== 401;
}

async function clientId() {
  const kept = localStorage.getItem(keptAs);
  if (kept && (await isKnown(kept))) return kept;
  const fresh = await register();
  localStorage.setItem(keptAs, fresh);
  return fresh;
}

async function prepareLogIn() {
  try {
    ui.initOAuth({ clientId: await clientId(), usePkceWithAuthorizationCodeGrant: true });
    tell('');
  } catch (error) {
    tell(`Logging in by OAuth does not work here (${error.message}) A token of POST /api/login/ does.`);
  }
}

// "Authorize" was pressed: its window opens when the client is there.
const logIn = () => ({
  statePlugins: {
    auth: {
      wrapActions: {
        showDefinitions: (show) => async (definitions) => {
          if (definitions) await prepareLogIn();
          return show(definitions);
        },
      },
    },
  },
});

const ui = SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#swagger',
  deepLinking: true,
  displayRequestDuration: true,
  oauth2RedirectUrl: redirectUri,
  plugins: [logIn],
  presets: [SwaggerUIBundle.presets.apis],
  validatorUrl: null, // no request to another host
});
