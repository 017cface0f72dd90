// A facilitator for tests: `node facilitator.mjs`; prints its URL. It checks payments like a real
// one, signatures included, but knows no chain: everybody has enough, and nothing moves.
import { PERMIT2_ADDRESS, authorizationTypes, uptoPermit2WitnessTypes } from '@x402/evm';
import { parsePaymentPayload, parsePaymentRequirements } from '@x402/core/schemas';
import { createServer } from 'node:http';
import { getAddress, verifyTypedData } from 'viem';

const used = new Set();
const now = () => BigInt(Math.floor(Date.now() / 1000));
const same = (a, b) => getAddress(a) === getAddress(b);
const chain = (network) => Number(network.split(':')[1]);

async function exact(payload, offered) {
  const { authorization: given, signature } = payload.payload;
  if (given.value !== offered.amount) return 'invalid_exact_evm_payload_authorization_value_mismatch';
  if (!same(given.to, offered.payTo)) return 'invalid_exact_evm_payload_recipient_mismatch';
  if (BigInt(given.validAfter) > now()) return 'invalid_exact_evm_payload_authorization_valid_after';
  if (BigInt(given.validBefore) < now()) return 'invalid_exact_evm_payload_authorization_valid_before';
  const good = await verifyTypedData({
    address: given.from,
    domain: {
      name: offered.extra.name,
      version: offered.extra.version,
      chainId: chain(offered.network),
      verifyingContract: getAddress(offered.asset),
    },
    types: authorizationTypes,
    primaryType: 'TransferWithAuthorization',
    message: {
      ...given,
      value: BigInt(given.value),
      validAfter: BigInt(given.validAfter),
      validBefore: BigInt(given.validBefore),
    },
    signature,
  });
  return good ? '' : 'invalid_exact_evm_payload_signature';
}

async function upto(payload, offered, settling) {
  const { permit2Authorization: given, signature } = payload.payload;
  const most = BigInt(given.permitted.amount);
  if (settling && BigInt(offered.amount) > most) return 'invalid_upto_evm_payload_settlement_exceeds_amount';
  if (!settling && BigInt(offered.amount) !== most) return 'invalid_payload';
  if (!same(given.witness.to, offered.payTo)) return 'invalid_exact_evm_payload_recipient_mismatch';
  if (!same(given.witness.facilitator, offered.extra.facilitatorAddress)) return 'invalid_payload';
  if (BigInt(given.deadline) < now() || BigInt(given.witness.validAfter) > now()) return 'invalid_payload';
  const good = await verifyTypedData({
    address: given.from,
    domain: { name: 'Permit2', chainId: chain(offered.network), verifyingContract: PERMIT2_ADDRESS },
    types: uptoPermit2WitnessTypes,
    primaryType: 'PermitWitnessTransferFrom',
    message: {
      permitted: { token: getAddress(given.permitted.token), amount: most },
      spender: getAddress(given.spender),
      nonce: BigInt(given.nonce),
      deadline: BigInt(given.deadline),
      witness: {
        to: getAddress(given.witness.to),
        facilitator: getAddress(given.witness.facilitator),
        validAfter: BigInt(given.witness.validAfter),
      },
    },
    signature,
  });
  return good ? '' : 'invalid_payload';
}

async function decide(question, settling) {
  const payload = parsePaymentPayload(question.paymentPayload).data;
  const offered = parsePaymentRequirements(question.paymentRequirements).data;
  if (!payload || !offered || question.x402Version !== 2) return { reason: 'invalid_payload' };
  const given = payload.payload.authorization ?? payload.payload.permit2Authorization;
  const nonce = `${given.from} ${given.nonce}`;
  if (used.has(nonce)) return { reason: 'invalid_transaction_state', payer: given.from };
  const reason = offered.scheme === 'upto'
    ? await upto(payload, offered, settling)
    : await exact(payload, offered);
  if (settling && !reason) used.add(nonce);
  return { reason, payer: given.from, network: offered.network, amount: offered.amount };
}

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const settling = request.url.endsWith('/settle');
  let answer;
  try {
    const { reason, payer, network, amount } = await decide(JSON.parse(Buffer.concat(chunks)), settling);
    if (settling) {
      answer = reason
        ? { success: false, errorReason: reason, transaction: '', network, payer }
        : { success: true, transaction: `0x${'ab'.repeat(32)}`, network, payer, amount };
    } else {
      answer = reason ? { isValid: false, invalidReason: reason, payer } : { isValid: true, payer };
    }
  } catch (error) {
    console.error(error);
    answer = settling
      ? { success: false, errorReason: 'unexpected_settle_error', transaction: '', network: '' }
      : { isValid: false, invalidReason: 'unexpected_verify_error' };
  }
  response.setHeader('Content-Type', 'application/json').end(JSON.stringify(answer));
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
process.stdin.resume().on('end', () => process.exit(0));
