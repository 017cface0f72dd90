// Real clients against a running server: `node clients.mjs BASE_URL`. What the model behind the
// server answers is decided by the words of the question; see NpmClientsTest.
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import {
  Agent, run, setDefaultOpenAIClient, setOpenAIAPI, setTracingDisabled, tool as agentsTool,
} from '@openai/agents';
import { generateText, isStepCount, stepCountIs, streamText, tool as aiTool } from 'ai';
import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { z } from 'zod';

const baseURL = process.argv[2];
const model = 'helper';
const parameters = z.object({ a: z.number(), b: z.number() });
const add = ({ a, b }) => String(a + b);
const atMostSteps = stepCountIs ?? isStepCount;

function openaiSdk() {
  const client = new OpenAI({ baseURL, apiKey: 'unused', maxRetries: 0 });
  const tools = [{
    type: 'function',
    function: {
      name: 'client_add',
      description: 'Adds.',
      parameters: {
        type: 'object',
        properties: { a: { type: 'number' }, b: { type: 'number' } },
        required: ['a', 'b'],
      },
    },
  }];
  async function whole(messages, extra) {
    const answer = await client.chat.completions.create({ model, messages, ...extra });
    return answer.choices[0].message;
  }
  async function streamed(messages, extra) {
    const stream = client.chat.completions.stream({ model, messages, ...extra });
    let pieces = 0;
    for await (const chunk of stream) pieces += chunk.choices.length;
    const final = await stream.finalChatCompletion();
    return { ...final.choices[0].message, pieces };
  }
  async function withTools(ask, text) {
    const messages = [{ role: 'user', content: text }];
    for (let turn = 0; turn < 5; turn++) {
      const message = await ask(messages, { tools });
      if (!message.tool_calls?.length) return message.content;
      const { pieces, parsed, ...own } = message;
      messages.push(own);
      for (const call of message.tool_calls) {
        const content = add(JSON.parse(call.function.arguments));
        messages.push({ role: 'tool', tool_call_id: call.id, content });
      }
    }
    throw new Error('never answered');
  }
  return {
    plain: async (text) => (await whole([{ role: 'user', content: text }])).content,
    stream: async (text) => {
      const { content, pieces } = await streamed([{ role: 'user', content: text }]);
      return { text: content, pieces };
    },
    tools: (text) => withTools(whole, text),
    streamTools: (text) => withTools(streamed, text),
  };
}

function aiSdk(languageModel) {
  const tools = {
    client_add: aiTool({ description: 'Adds.', inputSchema: parameters, execute: add }),
  };
  const common = { model: languageModel, maxRetries: 0, stopWhen: atMostSteps(5) };
  async function streamed(options) {
    let failure;
    const result = streamText({ ...common, ...options, onError: ({ error }) => { failure = error; } });
    let text = '';
    let pieces = 0;
    for await (const piece of result.textStream) {
      text += piece;
      pieces++;
    }
    if (failure) throw failure;
    return { text, pieces };
  }
  return {
    plain: async (prompt) => (await generateText({ ...common, prompt })).text,
    stream: (prompt) => streamed({ prompt }),
    tools: async (prompt) => (await generateText({ ...common, prompt, tools })).text,
    streamTools: async (prompt) => (await streamed({ prompt, tools })).text,
  };
}

function agentsSdk() {
  setTracingDisabled(true);
  setOpenAIAPI('chat_completions');
  setDefaultOpenAIClient(new OpenAI({ baseURL, apiKey: 'unused', maxRetries: 0 }));
  const tools = [
    agentsTool({ name: 'client_add', description: 'Adds.', parameters, execute: async (x) => add(x) }),
  ];
  const agent = (withTools) =>
    new Agent({ name: 'Caller', instructions: 'Help.', model, tools: withTools ? tools : [] });
  async function streamed(text, withTools) {
    const result = await run(agent(withTools), text, { stream: true });
    let pieces = 0;
    for await (const _ of result.toTextStream()) pieces++;
    await result.completed;
    if (result.error) throw result.error;
    return { text: result.finalOutput, pieces };
  }
  return {
    plain: async (text) => (await run(agent(false), text)).finalOutput,
    stream: (text) => streamed(text, false),
    tools: async (text) => (await run(agent(true), text)).finalOutput,
    streamTools: async (text) => (await streamed(text, true)).text,
  };
}

const sdks = {
  openai: openaiSdk(),
  'ai with @ai-sdk/openai': aiSdk(createOpenAI({ baseURL, apiKey: 'unused' }).chat(model)),
  'ai with @ai-sdk/openai-compatible':
    aiSdk(createOpenAICompatible({ name: 'robutler', baseURL, apiKey: 'unused' }).chatModel(model)),
  '@openai/agents': agentsSdk(),
};

function statusOf(error) {
  return error?.status ?? error?.statusCode ?? error?.lastError?.statusCode ?? error?.cause?.status;
}

async function fails(call, status, words) {
  try {
    await call();
  } catch (error) {
    assert.equal(statusOf(error), status, `status of ${error}`);
    assert.match(String(error.message), words);
    return;
  }
  assert.fail('an error was expected');
}

const conversations = {
  plain: async (sdk) => assert.equal(await sdk.plain('plain'), 'A plain answer.'),
  streaming: async (sdk) => {
    const { text, pieces } = await sdk.stream('plain');
    assert.equal(text, 'A plain answer.');
    assert.ok(pieces > 2, `${pieces} pieces`);
  },
  'agent tool': async (sdk) =>
    assert.equal(await sdk.plain('agent tool'), 'The value is secret-of-x.'),
  'agent tool, streaming': async (sdk) =>
    assert.equal((await sdk.stream('agent tool')).text, 'The value is secret-of-x.'),
  'request tool': async (sdk) =>
    assert.equal(await sdk.tools('request tool'), 'The sum is 5.'),
  'request tool, streaming': async (sdk) =>
    assert.equal(await sdk.streamTools('request tool'), 'The sum is 5.'),
  'mixed turn': async (sdk) =>
    assert.equal(await sdk.tools('mixed turn'), 'Results: secret-of-x, 5.'),
  'mixed turn, streaming': async (sdk) =>
    assert.equal(await sdk.streamTools('mixed turn'), 'Results: secret-of-x, 5.'),
  error: (sdk) => fails(() => sdk.plain('be rejected'), 400, /too odd/),
  'error, streaming': (sdk) => fails(() => sdk.stream('be rejected'), 400, /too odd/),
};

let failed = 0;
let passed = 0;
for (const [name, sdk] of Object.entries(sdks)) {
  for (const [conversation, body] of Object.entries(conversations)) {
    try {
      await body(sdk);
      passed++;
      console.log(`ok ${name}: ${conversation}`);
    } catch (error) {
      failed++;
      console.log(`not ok ${name}: ${conversation}\n${error.stack}`);
    }
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
