package dev.sinter.planner.solve;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Names groups after their members: DNS labels of at most 50 characters, equal for equal content. */
final class GroupNames {
    private static final int LONGEST = 50;
    private static final int HASH_DIGITS = 8;

    private GroupNames() {}

    /** One name per group; what would be too long or used twice ends in a hash of the group's content. */
    static String[] of(List<Content> groups) {
        String[] names = new String[groups.size()];
        Map<String, Integer> uses = new HashMap<>();
        for (int g = 0; g < names.length; g++) {
            names[g] = readable(groups.get(g).members());
            uses.put(names[g], uses.getOrDefault(names[g], 0) + 1);
        }
        for (int g = 0; g < names.length; g++) {
            if (uses.getOrDefault(names[g], 1) > 1 || names[g].length() > LONGEST || !startsWithLetter(names[g])) {
                names[g] = shortened(names[g], hash(groups.get(g)));
            }
        }
        return names;
    }

    /** What tells a group from others. */
    record Content(List<String> members, List<String> homes) {}

    private static String readable(List<String> members) {
        String joined = String.join("-", members).toLowerCase(Locale.ROOT);
        StringBuilder label = new StringBuilder();
        for (int i = 0; i < joined.length(); i++) {
            char c = joined.charAt(i);
            if (isLetter(c) || (c >= '0' && c <= '9')) {
                label.append(c);
            } else if (!label.isEmpty() && label.charAt(label.length() - 1) != '-') {
                label.append('-');
            }
        }
        return withoutEndDash(label.toString());
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean startsWithLetter(String name) {
        return !name.isEmpty() && isLetter(name.charAt(0));
    }

    private static String withoutEndDash(String label) {
        return label.endsWith("-") ? label.substring(0, label.length() - 1) : label;
    }

    private static String shortened(String name, String hash) {
        String start = startsWithLetter(name) ? name : "g-" + name;
        int room = LONGEST - HASH_DIGITS - 1;
        String kept = start.length() > room ? start.substring(0, room) : start;
        return withoutEndDash(kept) + "-" + hash;
    }

    private static String hash(Content group) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] hash = digest.digest(group.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, HASH_DIGITS / 2);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
