package dev.sinter.control.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says where two bodies differ without saying what is in them. */
final class Bodies {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Bodies() {}

    /** Where the second body first differs, or null where it does not. */
    static @Nullable String difference(Answer original, Answer fused) {
        if (Arrays.equals(original.body(), fused.body())) {
            return null;
        }
        JsonNode first = json(original);
        JsonNode second = json(fused);
        String pointer = first == null || second == null ? null : pointer(first, second, "", true);
        return pointer == null ? "from byte " + Arrays.mismatch(original.body(), fused.body()) : "at " + pointer;
    }

    /** Where the two bodies differ in kind (members and types of JSON, emptiness of all others), or null. */
    static @Nullable String shapeDifference(Answer original, Answer fused) {
        JsonNode first = json(original);
        JsonNode second = json(fused);
        if (first != null && second != null) {
            String pointer = pointer(first, second, "", false);
            return pointer == null ? null : "in shape at " + pointer;
        }
        boolean sameKind =
                (first == null) == (second == null) && (original.body().length == 0) == (fused.body().length == 0);
        return sameKind ? null : "in kind";
    }

    private static @Nullable String pointer(JsonNode first, JsonNode second, String path, boolean values) {
        String here = path.isEmpty() ? "/" : path;
        if (first.getNodeType() != second.getNodeType()) {
            return here;
        }
        if (first.isObject()) {
            if (first.size() != second.size()) {
                return here;
            }
            for (Map.Entry<String, JsonNode> member : first.properties()) {
                JsonNode other = second.get(member.getKey());
                String deeper = path + "/" + member.getKey();
                String found = other == null ? deeper : pointer(member.getValue(), other, deeper, values);
                if (found != null) {
                    return found;
                }
            }
            return null;
        }
        if (first.isArray()) {
            return values ? element(first, second, path) : firstElement(first, second, path);
        }
        return !values || first.equals(second) ? null : here;
    }

    private static @Nullable String element(JsonNode first, JsonNode second, String path) {
        if (first.size() != second.size()) {
            return path.isEmpty() ? "/" : path;
        }
        Iterator<JsonNode> others = second.iterator();
        int index = 0;
        for (JsonNode element : first) {
            String found = pointer(element, others.next(), path + "/" + index++, true);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static @Nullable String firstElement(JsonNode first, JsonNode second, String path) {
        boolean comparable = !first.isEmpty() && !second.isEmpty();
        return comparable ? pointer(first.get(0), second.get(0), path + "/0", false) : null;
    }

    private static @Nullable JsonNode json(Answer answer) {
        if (!answer.mediaType().equals("application/json")
                && !answer.mediaType().endsWith("+json")) {
            return null;
        }
        try {
            JsonNode node = MAPPER.readTree(answer.body());
            return node.isMissingNode() ? null : node;
        } catch (IOException e) {
            return null;
        }
    }
}
