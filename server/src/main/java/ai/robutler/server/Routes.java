package ai.robutler.server;

import java.util.function.Supplier;

/** All routes of the server, in one place. */
final class Routes {
    private final Router router;

    Routes(
            Options options,
            Agents agents,
            Metrics metrics,
            HealthRoutes health,
            Heartbeat heartbeat,
            Supplier<String> ownUrl) {
        var links = new Links(options, ownUrl);
        var info = new InfoRoutes(agents, links, options.landingPage(), options.agentEndpoints());
        var models = new ModelRoutes(agents);
        var chat = new ChatRoute(options, agents, metrics, heartbeat);
        String prefix = options.urlPrefix();
        String agent = prefix + "/" + Router.AGENT;
        router =
                new Router(
                                new EndpointRoute(options, agents, metrics, heartbeat),
                                new Cors(options.corsOrigins()))
                        .get("/", info::root)
                        .open("/health", health::summary)
                        .get("/health/detailed", health::detailed)
                        .open("/health/live", health::live)
                        .open("/health/ready", health::ready)
                        .get("/metrics", (_, _) -> scrape(metrics))
                        .get(prefix.isEmpty() ? "/" : prefix, info::root)
                        .get(prefix + "/agents", info::agents)
                        .get(prefix + "/v1/models", models::all)
                        .get(prefix + "/v1/models/{id}", models::byId)
                        .post(prefix + "/v1/chat/completions", chat::byModel)
                        .get(agent, info::agent)
                        .open(agent + "/health", info::agentHealth)
                        .get(agent + "/models", models::ofAgent)
                        .get(agent + "/v1/models", models::ofAgent)
                        .post(agent + "/chat/completions", chat::byPath)
                        .post(agent + "/v1/chat/completions", chat::byPath);
    }

    Router router() {
        return router;
    }

    private static Reply scrape(Metrics metrics) {
        return Reply.text("text/plain; version=0.0.4; charset=utf-8", metrics.scrape());
    }
}
