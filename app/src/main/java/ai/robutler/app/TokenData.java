package ai.robutler.app;

import ai.robutler.core.Cost;
import ai.robutler.core.Json;
import ai.robutler.core.UserData;
import ai.robutler.payments.Accounts;
import ai.robutler.payments.Ledger;
import ai.robutler.payments.Tokens;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.function.Consumer;

/**
 * The payment tokens of a user's account, without their texts; to delete them is to revoke them.
 */
record TokenData(Tokens tokens) implements UserData {
    private static final int PAGE = 500;

    @Override
    public String name() {
        return "payment_tokens";
    }

    @Override
    public void export(String user, Consumer<JsonNode> items) {
        String account = Accounts.ofUser(user);
        String after = "";
        List<Ledger.TokenState> page;
        do {
            page = tokens.list(account, after, PAGE);
            page.forEach(token -> items.accept(json(token)));
            after = page.isEmpty() ? "" : page.getLast().id();
        } while (page.size() == PAGE);
    }

    private static ObjectNode json(Ledger.TokenState token) {
        return Json.object()
                .put("id", token.id())
                .put("limit_usd", Cost.usd(token.limitNanoUsd()))
                .put("spent_usd", Cost.usd(token.postedNanoUsd()))
                .put("agent", token.agent())
                .put("expires", token.expires().toString());
    }

    @Override
    public Deletion delete(String user) {
        String account = Accounts.ofUser(user);
        long revoked = tokens.revokeAll(account);
        boolean any = !tokens.list(account, "", 1).isEmpty();
        return new Deletion(revoked, any ? "what tokens were given, for the books" : "");
    }
}
