/**
 * Any LangChain4j chat model as a model provider: {@code langchain4j/NAME} for the models that the
 * {@link ai.robutler.langchain4j.LangChain4jModels} on the class path bring.
 */
@NullMarked
package ai.robutler.langchain4j;

import org.jspecify.annotations.NullMarked;
