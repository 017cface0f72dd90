// The official TypeScript clients, against a running server: node clients.mjs URL
import { Client as Stateful } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as StatefulHttp } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import assert from 'node:assert/strict';

const url = new URL(process.argv[2]);
let passed = 0;
let failed = 0;

async function check(name, body) {
  try {
    await body();
    passed++;
    console.log(`ok ${name}`);
  } catch (e) {
    failed++;
    console.log(`not ok ${name}: ${e.stack}`);
  }
}

async function conversation(kind, client, call) {
  await check(`${kind}: lists tools`, async () => {
    const { tools } = await client.listTools();
    assert(tools.some((tool) => tool.name === 'chat'));
    assert(tools.some((tool) => tool.name === 'test_simple_text'));
  });
  await check(`${kind}: calls a tool`, async () => {
    const result = await call({ name: 'test_image_content', arguments: {} });
    assert.equal(result.content[0].type, 'image');
  });
  await check(`${kind}: chats, with progress`, async () => {
    let text = '';
    const result = await call(
      { name: 'chat', arguments: { message: 'Hello' } },
      { onprogress: (progress) => (text += progress.message) }
    );
    assert.equal(result.content[0].text, 'A plain answer.');
    assert.equal(text, 'A plain answer.');
  });
  await check(`${kind}: reads prompts and resources`, async () => {
    const { prompts } = await client.listPrompts();
    assert(prompts.some((prompt) => prompt.name === 'instructions'));
    const prompt = await client.getPrompt({ name: 'instructions' });
    assert.match(prompt.messages[0].content.text, /You help/);
    const { contents } = await client.readResource({ uri: 'test://static-text' });
    assert.match(contents[0].text, /static-text/);
  });
  await check(`${kind}: an unknown tool is an error`, async () => {
    await assert.rejects(call({ name: 'nothing', arguments: {} }), /Unknown tool/);
  });
}

const stateful = new Stateful(
  { name: 'stateful', version: '1' },
  { capabilities: { elicitation: {} } }
);
stateful.setRequestHandler(ElicitRequestSchema, async () => ({
  action: 'accept',
  content: { response: 'yes' }
}));
const transport = new StatefulHttp(url);
await stateful.connect(transport);
await conversation('sdk', stateful, (params, options) =>
  stateful.callTool(params, undefined, options)
);
await check('sdk: is asked', async () => {
  const result = await stateful.callTool({ name: 'test_elicitation', arguments: { message: 'Well?' } });
  assert.match(result.content[0].text, /yes/);
});
await check('sdk: ends its session', () => transport.terminateSession());
await stateful.close();

const modern = new Client(
  { name: 'modern', version: '1' },
  { versionNegotiation: { mode: 'auto' } }
);
await modern.connect(new StreamableHTTPClientTransport(url));
await check('client: speaks the newest revision', async () => {
  assert.equal(modern.getNegotiatedProtocolVersion(), '2026-07-28');
});
await conversation('client', modern, (params, options) => modern.callTool(params, options));
await modern.close();

console.log(`passed: ${passed}, failed: ${failed}`);
process.exit(failed === 0 ? 0 : 1);
