// Real x402 clients against a running server: `node pay.mjs CHAT_URL`.
import { x402Client, x402HTTPClient } from '@x402/core/client';
import { decodePaymentRequiredHeader, encodePaymentSignatureHeader } from '@x402/core/http';
import { validatePaymentRequired } from '@x402/core/schemas';
import { ExactEvmScheme } from '@x402/evm/exact/client';
import { UptoEvmScheme } from '@x402/evm/upto/client';
import { decodePaymentResponseHeader, wrapFetchWithPayment } from '@x402/fetch';
import assert from 'node:assert/strict';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';

const url = process.argv[2];
const account = privateKeyToAccount(generatePrivateKey());
const exact = () => new x402Client().register('eip155:*', new ExactEvmScheme(account));
const upto = () => new x402Client().register('eip155:*', new UptoEvmScheme(account));
const question = (stream) => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ stream, messages: [{ role: 'user', content: 'Hello' }] }),
});
const paying = (client) => wrapFetchWithPayment(fetch, client);

async function signed(client) {
  const refused = await fetch(url, question(false));
  const http = new x402HTTPClient(client);
  const required = http.getPaymentRequiredResponse((name) => refused.headers.get(name));
  return http.encodePaymentSignatureHeader(await client.createPaymentPayload(required));
}

async function send(headers, stream = false) {
  const asked = question(stream);
  return fetch(url, { ...asked, headers: { ...asked.headers, ...headers } });
}

const tests = {
  async 'what is wanted is valid by the schemas'() {
    const refused = await fetch(url, question(false));
    assert.equal(refused.status, 402);
    const header = decodePaymentRequiredHeader(refused.headers.get('PAYMENT-REQUIRED'));
    assert.equal(validatePaymentRequired(header).x402Version, 2);
    const { accepts, error } = await refused.json();
    assert.deepEqual(header.accepts, accepts);
    assert.equal(error.code, 'payment_token_required');
  },
  async 'exact, whole'() {
    const answer = await paying(exact())(url, question(false));
    assert.equal(answer.status, 200, await answer.clone().text());
    assert.equal((await answer.json()).choices[0].message.content, 'Hi.');
    const paid = decodePaymentResponseHeader(answer.headers.get('PAYMENT-RESPONSE'));
    assert.equal(paid.success, true);
    assert.equal(paid.network, 'eip155:84532');
    assert.equal(paid.payer, account.address);
    assert.match(paid.transaction, /^0x(ab){32}$/);
  },
  async 'exact, streamed'() {
    const answer = await paying(exact())(url, question(true));
    assert.equal(answer.status, 200);
    const paid = decodePaymentResponseHeader(answer.headers.get('PAYMENT-RESPONSE'));
    assert.equal(paid.success, true);
    assert.match(await answer.text(), /data: \[DONE\]\n\n$/);
  },
  async 'upto, whole'() {
    const answer = await paying(upto())(url, question(false));
    assert.equal(answer.status, 200, await answer.clone().text());
    assert.equal(decodePaymentResponseHeader(answer.headers.get('PAYMENT-RESPONSE')).success, true);
  },
  async 'upto, streamed'() {
    const answer = await paying(upto())(url, question(true));
    assert.equal(answer.status, 200);
    assert.match(await answer.text(), /data: \[DONE\]\n\n$/);
  },
  async 'one payment, ten requests'() {
    const headers = await signed(exact());
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(headers)));
    assert.equal(answers.filter((answer) => answer.status === 200).length, 1);
    assert.equal(answers.filter((answer) => answer.status === 402).length, 9);
  },
  async 'another signature'() {
    const http = new x402HTTPClient(exact());
    const refused = await fetch(url, question(false));
    const required = http.getPaymentRequiredResponse((name) => refused.headers.get(name));
    const payment = await exact().createPaymentPayload(required);
    payment.payload.authorization.from = privateKeyToAccount(generatePrivateKey()).address;
    const answer = await send({ 'PAYMENT-SIGNATURE': encodePaymentSignatureHeader(payment) });
    assert.equal(answer.status, 402);
    assert.match((await answer.json()).error.message, /invalid_exact_evm_payload_signature/);
  },
};

let failed = 0;
for (const [name, test] of Object.entries(tests)) {
  try {
    await test();
  } catch (error) {
    failed++;
    console.log(`FAILED ${name}: ${error.stack}`);
  }
}
console.log(`${Object.keys(tests).length - failed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
