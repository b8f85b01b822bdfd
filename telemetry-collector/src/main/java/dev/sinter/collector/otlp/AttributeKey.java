package dev.sinter.collector.otlp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Attributes that are read; all others are skipped unseen. Envoy's old names and the newer semantic conventions. */
enum AttributeKey {
    NODE_ID("node_id"),
    SERVICE_NAME("service.name"),
    CANONICAL_SERVICE("istio.canonical_service"),
    NAMESPACE("istio.namespace"),
    CLUSTER("upstream_cluster"),
    CLUSTER_NAME("upstream_cluster.name"),
    STATUS("http.status_code"),
    STATUS_NEW("http.response.status_code"),
    FLAGS("response_flags"),
    FLAGS_NEW("response.flags"),
    LOCAL("sinter.local"),
    FUNCTION("sinter.function");

    private static final int LONGEST = 32;

    /** By length of the name: most keys of a span are ruled out without comparing a byte. */
    private static final AttributeKey[][] BY_LENGTH = new AttributeKey[LONGEST][];

    static {
        for (int length = 0; length < LONGEST; length++) {
            int wanted = length;
            BY_LENGTH[length] = Arrays.stream(values())
                    .filter(key -> key.name.length == wanted)
                    .toArray(AttributeKey[]::new);
        }
    }

    @SuppressWarnings("ImmutableEnumChecker") // never written after construction, never handed out
    private final byte[] name;

    AttributeKey(String name) {
        this.name = name.getBytes(UTF_8);
    }

    static @Nullable AttributeKey of(byte[] buffer, int offset, int length) {
        if (length >= LONGEST) {
            return null;
        }
        for (AttributeKey key : BY_LENGTH[length]) {
            if (Arrays.equals(key.name, 0, length, buffer, offset, offset + length)) {
                return key;
            }
        }
        return null;
    }
}
