// Thoughts: what makes the pages nicer. All of it works without.
'use strict';
(() => {
  const find = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];
  // Storage may be switched off, or full.
  const kept = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const keep = (key, value) => {
    try {
      if (value) localStorage.setItem(key, value); else localStorage.removeItem(key);
    } catch { /* then nothing is kept */ }
  };
  const make = (name, text = '', properties = {}) =>
    Object.assign(document.createElement(name), { textContent: text }, properties);

  // Drafts: what is typed outlives a closed tab and a crash, until it is posted or its writer leaves.
  const drafts = 'draft ';
  const sent = 'sent draft';
  if (find('[data-note=posted], [data-note=changed]')) keep(kept(sent), '');
  keep(sent, '');
  for (const form of all('form[data-draft]')) {
    const text = form.elements.text;
    const key = drafts + form.dataset.draft;
    const help = find('#text-help');
    const most = Number(help.dataset.most);
    const before = text.value;
    const count = () => {
      const left = most - [...text.value].length;
      help.textContent = left < 0 ? `${-left} too many` : `${left} left`;
      help.classList.toggle('over', left < 0);
    };
    const draft = kept(key);
    if (draft && draft !== before && !find('#text-problem') && (!before || form.dataset.draft !== '/thoughts/new')) {
      text.value = draft;
      const note = make('p', 'Your draft is still here. ', { className: 'quiet' });
      const drop = make('button', 'Throw it away', { type: 'button', className: 'plain' });
      drop.addEventListener('click', () => {
        text.value = before;
        keep(key, '');
        note.remove();
        count();
        text.focus();
      });
      note.append(drop);
      text.after(note);
    }
    text.addEventListener('input', () => { keep(key, text.value === before ? '' : text.value); count(); });
    text.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });
    form.addEventListener('submit', () => keep(sent, key));
    count();
  }
  for (const form of all('form[data-leaves]')) {
    form.addEventListener('submit', () => {
      try {
        Object.keys(localStorage).filter((key) => key.startsWith(drafts)).forEach((key) => keep(key, ''));
      } catch { /* nothing was kept */ }
    });
  }

  // A second click while the first is on its way sends nothing.
  document.addEventListener('submit', (event) => {
    const { target } = event;
    if (target.method !== 'post') return;
    if (target.dataset.busy) { event.preventDefault(); return; }
    target.dataset.busy = 'yes';
  });
  addEventListener('pageshow', () => all('form').forEach((form) => delete form.dataset.busy));

  // Keys.
  const off = 'keys off';
  const keys = [['/', 'Search'], ['n', 'New thought'], ['j', 'Next thought'], ['k', 'Thought before'], ['?', 'This help']];
  const step = (by) => {
    const thoughts = all('.thought');
    const now = thoughts.findIndex((thought) => thought.contains(document.activeElement));
    const next = thoughts[now < 0 ? (by > 0 ? 0 : thoughts.length - 1) : now + by];
    next?.querySelector('.when').focus();
    next?.scrollIntoView({ block: 'nearest' });
  };
  const help = () => {
    const dialog = make('dialog', '', { className: 'keys' });
    const title = make('h2', 'Keys', { id: 'keys-title' });
    dialog.setAttribute('aria-labelledby', title.id);
    const list = make('dl');
    for (const [key, what] of keys) {
      const row = make('div');
      const name = make('dt');
      name.append(make('kbd', key));
      row.append(name, make('dd', what));
      list.append(row);
    }
    const label = make('label', '', { className: 'check' });
    const box = make('input', '', { type: 'checkbox', checked: !kept(off) });
    box.addEventListener('change', () => keep(off, box.checked ? '' : 'yes'));
    label.append(box, ' Use these keys');
    const close = make('button', 'Close', { type: 'button' });
    close.addEventListener('click', () => dialog.close());
    dialog.addEventListener('close', () => dialog.remove());
    dialog.append(title, list, label, close);
    document.body.append(dialog);
    dialog.showModal();
  };
  const actions = {
    '/': () => find('#find, #search')?.focus(),
    n: () => (find('#text') ?? { focus: () => location.assign('/thoughts/new') }).focus(),
    j: () => step(1),
    k: () => step(-1),
    '?': help,
  };
  document.addEventListener('keydown', (event) => {
    const typing = event.target.closest('input, textarea, select, dialog[open]');
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !actions[event.key]) return;
    if (kept(off) && event.key !== '?') return;
    event.preventDefault();
    actions[event.key]();
  });
})();
