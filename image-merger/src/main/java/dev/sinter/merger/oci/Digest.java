package dev.sinter.merger.oci;

import dev.sinter.merger.MergeException;
import dev.sinter.merger.MergeProblem;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** A SHA-256 digest, {@code sha256:<64 hex digits>}. */
public record Digest(String value) implements Comparable<Digest> {

    private static final String PREFIX = "sha256:";
    private static final Pattern FORM = Pattern.compile("sha256:[0-9a-f]{64}");

    public Digest {
        if (!FORM.matcher(value).matches()) {
            String shown = value.length() > 100 ? value.substring(0, 100) + "…" : value;
            throw new MergeException(
                    MergeProblem.MALFORMED_JSON, "digest: " + shown + " (expected: sha256: and 64 hex digits)");
        }
    }

    public static Digest of(byte[] content) {
        MessageDigest sha256 = newSha256();
        sha256.update(content);
        return from(sha256);
    }

    public static Digest ofHex(String hex) {
        return new Digest(PREFIX + hex);
    }

    /** Ends the computation. */
    public static Digest from(MessageDigest sha256) {
        return ofHex(HexFormat.of().formatHex(sha256.digest()));
    }

    public static boolean isDigest(String text) {
        return FORM.matcher(text).matches();
    }

    public static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    public String hex() {
        return value.substring(PREFIX.length());
    }

    @Override
    public int compareTo(Digest other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
