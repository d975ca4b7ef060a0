const element = (id) => document.getElementById(id);
const kept = 40;

async function ask() {
  const began = performance.now();
  try {
    const response = await fetch('/api/visits', { signal: AbortSignal.timeout(5000) });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.error ?? `HTTP ${response.status}`);
    show(answer, Math.round(performance.now() - began));
  } catch (error) {
    note(`failed: ${error.message}`, false);
    element('state').textContent = 'The application does not answer.';
    element('state').className = 'bad';
  }
  setTimeout(ask, 1000);
}

function show({ host, postgres, redis }, ms) {
  element('state').textContent = 'Every part answers.';
  element('state').className = 'good';
  element('api').textContent = host;
  element('postgres').textContent = `${postgres.server} · ${postgres.isPrimary ? 'primary' : 'standby'} · ${postgres.rows} rows`;
  element('redis').textContent = `${redis.role} · ${redis.value}`;
  note(`${host} · PostgreSQL ${postgres.server} row ${postgres.rows} · Redis ${redis.value} · ${ms} ms`, true);
}

function note(text, good) {
  const line = document.createElement('li');
  line.textContent = `${new Date().toLocaleTimeString()} ${text}`;
  line.className = good ? '' : 'bad';
  element('log').prepend(line);
  while (element('log').children.length > kept) element('log').lastChild.remove();
}

void ask();
