package dev.sinter.merger.transport;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** What the merger asks of a container engine (Docker API {@code /images}); thread-safe. */
public interface EngineImages {

    /**
     * The engine's id of an image ({@code sha256:…}), asked before every {@link #save} so that images read earlier are
     * not read again.
     *
     * @throws IOException if the engine has no such image or does not answer
     */
    String idOf(String reference) throws IOException;

    /** All images as one docker archive ({@code GET /images/get?names=…}); the caller closes the stream. */
    InputStream save(List<String> references) throws IOException;

    /** Reads one docker archive to its end ({@code POST /images/load}); fails if the engine refuses it. */
    void load(InputStream dockerArchive) throws IOException;
}
