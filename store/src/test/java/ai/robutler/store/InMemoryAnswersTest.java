package ai.robutler.store;

import ai.robutler.core.AnswerLog;

/** Answers in one process keep the same promises. */
class InMemoryAnswersTest extends AnswerLogContract {
    private final AnswerLog log = AnswerLog.inMemory();

    @Override
    AnswerLog log() {
        return log;
    }
}
