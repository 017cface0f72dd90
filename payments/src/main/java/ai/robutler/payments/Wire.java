package ai.robutler.payments;

import ai.robutler.core.Json;
import ai.robutler.payments.Ledger.Hold;
import ai.robutler.payments.Ledger.Line;
import ai.robutler.payments.Ledger.PaymentToken;
import ai.robutler.payments.Ledger.Settlement;
import ai.robutler.payments.Ledger.Statement;
import ai.robutler.payments.Ledger.TokenState;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** The answers of the payments API, written and read. */
final class Wire {
    private Wire() {}

    /** What stands before the ids of a caller in the ledger. */
    static String namespace(String user) {
        byte[] digest = Fingerprint.sha256().digest(user.getBytes(StandardCharsets.UTF_8));
        return "~" + HexFormat.of().formatHex(digest, 0, 16) + "~";
    }

    private static String without(String namespace, String id) {
        return id.startsWith(namespace) ? id.substring(namespace.length()) : id;
    }

    static ObjectNode write(TokenState state) {
        return Json.object()
                .put("id", state.id())
                .put("account", state.account())
                .put("limit", Usd.text(state.limitNanoUsd()))
                .put("posted", Usd.text(state.postedNanoUsd()))
                .put("held", Usd.text(state.heldNanoUsd()))
                .put("spendable", Usd.text(state.spendableNanoUsd()))
                .put("expires", state.expires().toString())
                .put("agent", state.agent());
    }

    static TokenState tokenState(JsonNode node) {
        return new TokenState(
                text(node, "id"),
                text(node, "account"),
                nano(node, "limit"),
                nano(node, "posted"),
                nano(node, "held"),
                nano(node, "spendable"),
                time(node, "expires"),
                text(node, "agent"));
    }

    static ObjectNode write(Hold hold, String namespace) {
        return Json.object()
                .put("hold", without(namespace, hold.id()))
                .put("account", hold.account())
                .put("amount", Usd.text(hold.nanoUsd()))
                .put("state", word(hold.state()))
                .put("expires", hold.expires().toString());
    }

    static Hold hold(JsonNode node) {
        return new Hold(
                text(node, "hold"),
                text(node, "account"),
                nano(node, "amount"),
                state(node),
                time(node, "expires"));
    }

    static ObjectNode write(Settlement settlement, String namespace) {
        return Json.object()
                .put("hold", without(namespace, settlement.hold()))
                .put("charged", Usd.text(settlement.chargedNanoUsd()))
                .put("released", Usd.text(settlement.releasedNanoUsd()))
                .put("state", word(settlement.state()));
    }

    static Settlement settlement(JsonNode node) {
        return new Settlement(
                text(node, "hold"), nano(node, "charged"), nano(node, "released"), state(node));
    }

    static ObjectNode write(PaymentToken token) {
        return Json.object()
                .put("token", token.text())
                .put("id", token.id())
                .put("limit", Usd.text(token.limitNanoUsd()))
                .put("expires", token.expires().toString());
    }

    static PaymentToken token(JsonNode node) {
        return new PaymentToken(
                text(node, "token"), text(node, "id"), nano(node, "limit"), time(node, "expires"));
    }

    static ObjectNode write(Statement statement, String namespace) {
        ArrayNode lines = Json.array();
        for (Line line : statement.lines()) {
            lines.add(
                    Json.object()
                            .put("id", without(namespace, line.id()))
                            .put("time", line.time().toString())
                            .put("amount", Usd.text(line.nanoUsd()))
                            .put("kind", line.kind())
                            .put("counterparty", line.counterparty())
                            .put("agent", line.agent())
                            .put("reference", line.reference())
                            .put("pending", line.pending())
                            .put("memo", line.memo()));
        }
        ObjectNode node =
                Json.object()
                        .put("account", statement.account())
                        .put("balance", Usd.text(statement.balanceNanoUsd()))
                        .put("held", Usd.text(statement.heldNanoUsd()));
        node.set("lines", lines);
        return node.put("next", statement.next());
    }

    static Statement statement(JsonNode node) {
        List<Line> lines = new ArrayList<>();
        for (JsonNode line : node.path("lines")) {
            lines.add(
                    new Line(
                            text(line, "id"),
                            time(line, "time"),
                            nano(line, "amount"),
                            text(line, "kind"),
                            text(line, "counterparty"),
                            text(line, "agent"),
                            text(line, "reference"),
                            line.path("pending").asBoolean(false),
                            text(line, "memo")));
        }
        return new Statement(
                text(node, "account"),
                nano(node, "balance"),
                nano(node, "held"),
                lines,
                text(node, "next"));
    }

    private static String word(Hold.State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private static Hold.State state(JsonNode node) {
        return Hold.State.valueOf(text(node, "state").toUpperCase(Locale.ROOT));
    }

    private static long nano(JsonNode node, String field) {
        return Usd.parseSigned(text(node, field));
    }

    private static Instant time(JsonNode node, String field) {
        return Instant.parse(text(node, field));
    }

    /**
     * @throws IllegalArgumentException if it is not there
     */
    private static String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isString()) {
            throw new IllegalArgumentException("the answer has no '" + field + "'");
        }
        return value.stringValue();
    }
}
