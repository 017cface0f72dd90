package ai.robutler.payments;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Agent;
import ai.robutler.core.AgentBuilder;
import ai.robutler.core.Caller;
import ai.robutler.core.Cost;
import ai.robutler.core.Json;
import ai.robutler.core.ModelName;
import ai.robutler.core.Providers;
import ai.robutler.core.Settings;
import ai.robutler.payments.Accounts.Account;
import ai.robutler.payments.Ledger.Line;
import ai.robutler.server.Authenticator;
import ai.robutler.server.RobutlerServer;
import ai.robutler.store.Database;
import ai.robutler.store.DatabaseOptions;
import ai.robutler.store.StoredAnswers;
import ai.robutler.testkit.ScriptedProvider;

import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * The whole height over real sockets: a client, a server with a paid agent, the embedded ledger in
 * a real database, a scripted provider.
 */
final class PaidStack implements AutoCloseable {
    static final long USD = 1_000_000_000L;
    static final long CENT = USD / 100;
    static final String PAYER = "user:payer";
    static final String OWNER = "user:owner";

    /** What a model call may cost at most. */
    static final long CEILING = 5 * CENT;

    final ScriptedProvider provider = ScriptedProvider.start();
    final TestClock clock = new TestClock();
    final EmbeddedLedger books;
    final FlakyLedger ledger;
    final Bills bills;
    final Providers providers;
    final HttpClient client = HttpClient.newHttpClient();
    private final Database database;
    private final StoredAnswers answers;
    private final PaymentsSettings settings;
    private Optional<RobutlerServer> server = Optional.empty();
    private Authenticator authenticator = _ -> Caller.anonymous();

    PaidStack() throws IOException {
        this("{}", Optional.empty());
    }

    /**
     * @param payments the section of the configuration, as JSON
     */
    PaidStack(String payments) throws IOException {
        this(payments, Optional.empty());
    }

    PaidStack(String payments, Optional<HttpFacilitator.Post> facilitator) throws IOException {
        var file = Files.createTempDirectory("payments").resolve("ledger.db");
        database = Database.open(DatabaseOptions.of("jdbc:sqlite:" + file));
        database.migrate("store");
        answers = new StoredAnswers(database);
        books = EmbeddedLedger.open(database, HmacSigner.of("secret"), clock, Duration.ofDays(365));
        ledger = new FlakyLedger(books);
        Settings read = Settings.of(Json.parseObject(payments), _ -> "");
        settings = PaymentsSettings.read(read);
        assertThat(read.problems()).isEmpty();
        Optional<X402> x402 =
                facilitator.map(
                        post ->
                                new X402(
                                        settings.x402().orElseThrow(),
                                        new HttpFacilitator(settings.x402().orElseThrow(), post),
                                        new X402Books(books.accounts(), books.tokens())));
        var unwritten = new UnwrittenCharges(Duration.ofMillis(20), Duration.ofMinutes(1), 1_000);
        bills = Bills.with(ledger, settings, "http://agents.example:8000/x", unwritten, x402);
        ObjectNode openai = Json.object().put("base-url", provider.baseUrl());
        openai.put("attempts", 1).put("api-key", "sk-secret-of-the-operator");
        ObjectNode all = Json.object();
        all.set("openai", openai);
        providers = Providers.configure(Settings.of(all, _ -> ""));
    }

    PaidStack authenticator(Authenticator authenticator) {
        this.authenticator = authenticator;
        return this;
    }

    /** Serves one agent, {@code helper}, at this price. */
    PaidStack serve(String price) {
        return serve(price, agent -> agent);
    }

    PaidStack serve(String price, UnaryOperator<AgentBuilder> more) {
        return serve(agent("helper", price, more));
    }

    PaidStack serve(Agent... agents) {
        var builder =
                RobutlerServer.builder().port(0).authenticator(authenticator).answers(answers);
        List.of(agents).forEach(builder::agent);
        server = Optional.of(builder.build().start());
        return this;
    }

    Agent agent(String name, String price, UnaryOperator<AgentBuilder> more) {
        return agent(name, price, new Cost.Known(CEILING), more);
    }

    Agent agent(String name, String price, Cost ceiling, UnaryOperator<AgentBuilder> more) {
        var model = new PricedModel(providers.model(ModelName.parse("openai/m")), ceiling);
        return more.apply(
                        Agent.builder(name)
                                .owner("owner")
                                .model("openai/m", model)
                                .billing(bills.of(price(price))))
                .build();
    }

    static AgentPrice price(String price) {
        ObjectNode file = Json.object();
        file.set("price", Json.parse(price));
        Settings read = Settings.of(file, _ -> "");
        AgentPrice parsed = AgentPrice.read(read).orElseThrow();
        assertThat(read.problems()).isEmpty();
        return parsed;
    }

    String url() {
        return server.orElseThrow().url();
    }

    String chatUrl() {
        return url() + "/helper/chat/completions";
    }

    /** A token of the payer's, who has as much. */
    String token(long nanoUsd) {
        books.accounts().credit(PAYER, nanoUsd, "credit-" + RunHolds.name(), "");
        return books.tokens().issue(PAYER, nanoUsd, Duration.ofHours(1), "").text();
    }

    HttpResponse<String> ask(Map<String, String> headers) throws Exception {
        return ask(false, headers);
    }

    HttpResponse<String> ask(boolean stream, Map<String, String> headers) throws Exception {
        return client.send(request(stream, headers), HttpResponse.BodyHandlers.ofString());
    }

    HttpRequest request(boolean stream, Map<String, String> headers) {
        ObjectNode body = Json.object().put("stream", stream);
        body.putArray("messages").addObject().put("role", "user").put("content", "Hello");
        var request =
                HttpRequest.newBuilder(URI.create(chatUrl()))
                        .header("Content-Type", "application/json")
                        .timeout(Duration.ofSeconds(60))
                        .POST(HttpRequest.BodyPublishers.ofString(Json.write(body)));
        headers.forEach(request::header);
        return request.build();
    }

    HttpResponse<String> ask(String token) throws Exception {
        return ask(Map.of(PaymentHeaders.TOKEN, token));
    }

    long balance(String account) {
        return books.accounts().show(account).map(Account::balanceNanoUsd).orElse(0L);
    }

    long held(String account) {
        return books.accounts().show(account).map(Account::heldNanoUsd).orElse(0L);
    }

    /** What the payer paid, the newest first, without what came in. */
    List<Line> charges() {
        return books.statement(PAYER, "", 1_000).lines().stream()
                .filter(line -> !line.kind().equals("credit"))
                .toList();
    }

    /** "kind amount" of each charge, in the order of their kinds. */
    List<String> charged() {
        var charges = new ArrayList<>(charges());
        charges.sort(Comparator.comparing(Line::kind));
        return charges.stream().map(line -> line.kind() + " " + -line.nanoUsd()).toList();
    }

    static void await(BooleanSupplier condition) {
        long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("what was waited for did not come").isLessThan(until);
            Thread.onSpinWait();
            java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
        }
    }

    /** What must always be: nothing is made or lost, and nothing stays held when all is over. */
    void requireWhole() {
        await(() -> bills.unwritten() == 0);
        List<Account> all = books.accounts().list("", 1_000);
        await(
                () ->
                        books.accounts().list("", 1_000).stream()
                                .allMatch(one -> one.heldNanoUsd() == 0));
        assertThat(all.stream().mapToLong(Account::balanceNanoUsd).sum()).isZero();
    }

    @Override
    public void close() {
        server.ifPresent(RobutlerServer::close);
        bills.close();
        providers.close();
        provider.close();
        client.close();
        books.close();
        answers.close();
        database.close();
    }
}
