package dev.sinter.collector.otlp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * The secret that senders present. Printing it shows nothing.
 *
 * @param value the secret, not empty
 */
public record IngestToken(String value) {

    public IngestToken {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("SNT0401 token: empty (expected: a secret, or no token at all)");
        }
    }

    /** Whether {@code presented} is this token, in time that does not depend on where they differ. */
    boolean matches(@Nullable String presented) {
        return presented != null && MessageDigest.isEqual(value.getBytes(UTF_8), presented.getBytes(UTF_8));
    }

    @Override
    public String toString() {
        return "IngestToken[***]";
    }
}
