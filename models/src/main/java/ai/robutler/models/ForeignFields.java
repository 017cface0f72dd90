package ai.robutler.models;

import ai.robutler.core.ChatRequest;

import java.util.List;
import java.util.Set;

/**
 * What LiteLLM takes from the body of a request and Chat Completions does not have: where to go,
 * with whose key, by which other models. A client must not decide on any of it: a proxy that is
 * sent elsewhere takes the operator's key along.
 */
final class ForeignFields {
    private static final Set<String> NAMES =
            Set.of(
                    "api_base",
                    "base_url",
                    "api_key",
                    "api_version",
                    "api_type",
                    "organization",
                    "custom_llm_provider",
                    "deployment_id",
                    "model_list",
                    "model_info",
                    "user_config",
                    "fallbacks",
                    "context_window_fallbacks",
                    "content_policy_fallbacks",
                    "default_fallbacks",
                    "extra_headers",
                    "extra_body",
                    "extra_query",
                    "headers",
                    "proxy_server_request",
                    "secret_fields",
                    "callbacks",
                    "success_callback",
                    "failure_callback",
                    "mock_response",
                    "no-log");
    private static final List<String> PREFIXES =
            List.of("litellm_", "aws_", "vertex_", "azure_", "langfuse_", "langsmith_", "watsonx_");

    private ForeignFields() {}

    static ChatRequest without(ChatRequest request) {
        ChatRequest clean = request;
        for (String field : request.json().propertyNames()) {
            if (NAMES.contains(field) || PREFIXES.stream().anyMatch(field::startsWith)) {
                clean = clean.without(field);
            }
        }
        return clean;
    }
}
