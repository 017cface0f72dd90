// The real A2A client against a running server: `node a2a.mjs SERVER_URL`. See A2aClientTest.
import {
  ClientFactory, ClientFactoryOptions, JsonRpcTransportFactory, RestTransportFactory,
} from '@a2a-js/sdk/client';
import { Role, TaskState } from '@a2a-js/sdk';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';

const server = process.argv[2];
let passed = 0;

function message(text, contextId = '') {
  return {
    tenant: '', metadata: {}, configuration: undefined,
    message: {
      messageId: randomUUID(), role: Role.ROLE_USER, taskId: '', contextId,
      parts: [{
        content: { $case: 'text', value: text }, metadata: undefined, filename: '',
        mediaType: 'text/plain',
      }],
      extensions: [], metadata: {}, referenceTaskIds: [],
    },
  };
}

const text = (artifact) => artifact.parts.map((part) => part.content.value).join('');

async function prove(name, body) {
  await body();
  passed++;
  console.log('ok', name);
}

for (const transport of [new JsonRpcTransportFactory(), new RestTransportFactory()]) {
  const name = transport.protocolName;
  const factory = new ClientFactory(ClientFactoryOptions.createFrom(
    ClientFactoryOptions.default,
    { transports: [transport], preferredTransports: [name] }));
  const client = await factory.createFromUrl(server, '/helper/.well-known/agent-card.json');
  let task;

  await prove(`${name}: SendMessage`, async () => {
    const result = await client.sendMessage(message('Say hello.'));
    task = result.payload?.value ?? result;
    assert.equal(task.status.state, TaskState.TASK_STATE_COMPLETED);
    assert.equal(text(task.artifacts[0]), 'You said: Say hello.');
  });

  await prove(`${name}: a conversation goes on`, async () => {
    const result = await client.sendMessage(message('And again?', task.contextId));
    const next = result.payload?.value ?? result;
    assert.equal(next.contextId, task.contextId);
    assert.match(text(next.artifacts[0]), /after 2 messages/);
  });

  await prove(`${name}: GetTask`, async () => {
    const got = await client.getTask({ tenant: '', id: task.id });
    assert.equal(got.id, task.id);
    assert.equal(got.history.length, 1);
    assert.equal(text(got.artifacts[0]), 'You said: Say hello.');
  });

  await prove(`${name}: ListTasks`, async () => {
    const page = await client.listTasks({
      tenant: '', contextId: task.contextId, pageSize: 1, pageToken: '', includeArtifacts: true,
      status: TaskState.TASK_STATE_COMPLETED,
    });
    assert.equal(page.totalSize, 2);
    assert.equal(page.tasks.length, 1);
    const rest = await client.listTasks({
      tenant: '', contextId: task.contextId, pageSize: 5, pageToken: page.nextPageToken,
      status: TaskState.TASK_STATE_UNSPECIFIED,
    });
    assert.deepEqual(rest.tasks.map((each) => each.id), [task.id]);
    assert.equal(rest.nextPageToken, '');
  });

  await prove(`${name}: SendStreamingMessage`, async () => {
    const kinds = [];
    let all = '';
    let last;
    for await (const event of client.sendMessageStream(message('Tell me more.'))) {
      kinds.push(event.payload.$case);
      if (event.payload.$case === 'artifactUpdate') all += text(event.payload.value.artifact);
      if (event.payload.$case === 'statusUpdate') last = event.payload.value.status.state;
    }
    assert.equal(kinds[0], 'task');
    assert.equal(all, 'You said: Tell me more.');
    assert.equal(last, TaskState.TASK_STATE_COMPLETED);
  });

  await prove(`${name}: CancelTask`, async () => {
    let last;
    for await (const event of client.sendMessageStream(message('Take for ever.'))) {
      if (event.payload.$case === 'task') {
        client.cancelTask({ tenant: '', id: event.payload.value.id, metadata: {} })
          .then((cancelled) => { assert.equal(cancelled.status.state, TaskState.TASK_STATE_CANCELED); });
      }
      if (event.payload.$case === 'statusUpdate') last = event.payload.value.status.state;
    }
    assert.equal(last, TaskState.TASK_STATE_CANCELED);
  });

  await prove(`${name}: what is wrong is told`, async () => {
    await assert.rejects(client.getTask({ tenant: '', id: 'nonsense' }),
      (error) => /TaskNotFound/.test(error.constructor.name + error.name + error.cause) || /no such task/.test(error.message));
    await assert.rejects(client.cancelTask({ tenant: '', id: task.id, metadata: {} }), /ended already/);
  });
}
console.log(`${passed} passed, 0 failed`);
