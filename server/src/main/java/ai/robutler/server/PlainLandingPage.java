package ai.robutler.server;

import ai.robutler.core.Agent;

import java.util.List;

/** A page without scripts, images or other files: the agents, and how to call them. */
final class PlainLandingPage implements LandingPage {
    @Override
    public String html(List<Agent> agents, String baseUrl) {
        String example = agents.isEmpty() ? "AGENT" : agents.getFirst().name();
        return """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Robutler</title>
        <style>
        :root { color-scheme: light dark; }
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 3rem auto; padding: 0 1rem; }
        pre { overflow-x: auto; padding: 1rem; border: 1px solid #8886; border-radius: .5rem; }
        dt { font-weight: 600; margin-top: 1rem; } dd { margin: 0; }
        </style>
        </head>
        <body>
        <h1>Robutler</h1>
        <p>%s</p>
        <dl>
        %s</dl>
        <h2>Call one</h2>
        <p>Any OpenAI client works: the base URL is <code>%s/v1</code>, the model is the agent's name.</p>
        <pre>curl %s/%s/chat/completions \\
          -H 'Content-Type: application/json' \\
          -d '{"messages":[{"role":"user","content":"Hello"}]}'</pre>
        </body>
        </html>
        """
                .formatted(
                        agents.isEmpty() ? "No agents yet." : "These agents are served here.",
                        list(agents, baseUrl),
                        escape(baseUrl),
                        escape(baseUrl),
                        escape(example));
    }

    private static String list(List<Agent> agents, String baseUrl) {
        var list = new StringBuilder();
        for (Agent agent : agents) {
            String url = escape(baseUrl + "/" + agent.name());
            list.append("<dt><a href=\"").append(url).append("\">");
            list.append(escape(agent.name())).append("</a></dt>\n<dd>");
            list.append(escape(agent.description())).append("</dd>\n");
        }
        return list.toString();
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
