package ai.robutler.server;

import io.vertx.core.buffer.Buffer;

/** Is told how a request is answered. For one thread. */
interface Recording {

    /** Of an answer that nobody asks for again. */
    Recording NONE =
            new Recording() {
                @Override
                public void completed(Reply reply) {}

                @Override
                public void failed(Reply error) {}

                @Override
                public void piece(Buffer piece) {}

                @Override
                public void completed() {}

                @Override
                public void failed() {}

                @Override
                public void close() {}
            };

    /** This whole answer is about to be sent. */
    void completed(Reply reply);

    /** This error is about to be sent as the whole answer. */
    void failed(Reply error);

    /** The next piece of a stream. */
    void piece(Buffer piece);

    /** The stream has all its pieces, and its last is about to be sent. */
    void completed();

    /** The stream ends with the error that was its last piece. */
    void failed();

    /** Nothing more comes. If nothing came, there was nobody to answer. */
    void close();
}
