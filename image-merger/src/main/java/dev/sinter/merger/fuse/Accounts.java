package dev.sinter.merger.fuse;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Joins lists of users or groups, one per line, fields parted by colons. */
final class Accounts {

    private Accounts() {}

    /** The first list, and what only the second has; {@code null} if a name or number means different accounts. */
    static @Nullable String merge(@Nullable String first, @Nullable String second) {
        if (first == null || second == null) {
            return null;
        }
        Map<String, String[]> names = new LinkedHashMap<>();
        Map<String, String> numbers = new LinkedHashMap<>();
        for (String line : first.split("\n", -1)) {
            String[] fields = line.split(":", -1);
            if (fields.length > 2) {
                names.put(fields[0], fields);
                numbers.put(fields[2], fields[0]);
            }
        }
        StringBuilder merged = new StringBuilder(first);
        if (!first.isEmpty() && !first.endsWith("\n")) {
            merged.append('\n');
        }
        for (String line : second.split("\n", -1)) {
            String[] fields = line.split(":", -1);
            if (fields.length <= 2) {
                continue;
            }
            String[] known = names.get(fields[0]);
            // passwd has seven fields, group four; in the others the third is a date or a count.
            boolean numbered = (fields.length == 7 || fields.length == 4) && fields[2].matches("\\d+");
            if (known != null) {
                if (numbered && !known[2].equals(fields[2])) {
                    return null;
                }
            } else if (numbered && numbers.containsKey(fields[2])) {
                return null;
            } else {
                merged.append(line).append('\n');
            }
        }
        return merged.toString();
    }
}
