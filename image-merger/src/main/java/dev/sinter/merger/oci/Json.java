package dev.sinter.merger.oci;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sinter.merger.MergeException;
import dev.sinter.merger.MergeProblem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON of images: hostile when read; when written, no white space and keys as they were put. */
public final class Json {

    /** Manifests and configs; registries commonly refuse more. */
    public static final int MAX_BYTES = 4 << 20;

    private static final ObjectMapper MAPPER = JsonMapper.builder(com.fasterxml.jackson.core.JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(100)
                            .maxStringLength(1 << 20)
                            .maxDocumentLength(MAX_BYTES)
                            .build())
                    .build())
            .build();

    private Json() {}

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** @param what is read, for the message */
    public static ObjectNode readObject(byte[] json, String what) {
        if (read(json, what) instanceof ObjectNode object) {
            return object;
        }
        throw malformed(what, "no object");
    }

    public static JsonNode read(byte[] json, String what) {
        try {
            JsonNode node = MAPPER.readTree(json);
            if (node == null || node.isMissingNode()) {
                throw malformed(what, "empty");
            }
            return node;
        } catch (JsonProcessingException e) {
            throw new MergeException(
                    MergeProblem.MALFORMED_JSON, what + ": " + e.getOriginalMessage() + " (expected: JSON)", e);
        } catch (IOException e) {
            throw new MergeException(MergeProblem.MALFORMED_JSON, what + ": unreadable", e);
        }
    }

    public static byte[] write(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can always be written", e);
        }
    }

    public static String requireText(JsonNode node, String key, String what) {
        JsonNode value = node.get(key);
        if (value == null || !value.isTextual()) {
            throw malformed(what, key + " missing or no string");
        }
        return value.textValue();
    }

    public static @Nullable String text(JsonNode node, String key, String what) {
        JsonNode value = node.get(key);
        if (value == null || value.isNull()) {
            return null;
        }
        return requireText(node, key, what);
    }

    /** {@code null} where the key is missing or null. */
    public static @Nullable List<String> texts(JsonNode node, String key, String what) {
        JsonNode value = node.get(key);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isArray()) {
            throw malformed(what, key + " is no list");
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode element : value) {
            if (!element.isTextual()) {
                throw malformed(what, key + " holds something else than strings");
            }
            texts.add(element.textValue());
        }
        return texts;
    }

    /** In the order of the document; empty where the key is missing or null. */
    public static Map<String, String> textMap(JsonNode node, String key, String what) {
        Map<String, String> map = new LinkedHashMap<>();
        JsonNode value = node.get(key);
        if (value == null || value.isNull()) {
            return map;
        }
        if (!value.isObject()) {
            throw malformed(what, key + " is no object");
        }
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
            if (!entry.getValue().isTextual()) {
                throw malformed(what, key + "." + entry.getKey() + " is no string");
            }
            map.put(entry.getKey(), entry.getValue().textValue());
        }
        return map;
    }

    public static MergeException malformed(String what, String found) {
        return new MergeException(MergeProblem.MALFORMED_JSON, what + ": " + found);
    }
}
