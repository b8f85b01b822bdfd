package dev.sinter.merger.oci;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Such as {@code linux/arm64/v8}. */
public record Platform(
        String os, String architecture, @Nullable String variant) {

    /** Linux on this machine's processor. */
    public static Platform ofThisMachine() {
        String name = System.getProperty("os.arch", "amd64").toLowerCase(Locale.ROOT);
        String architecture = switch (name) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> name;
        };
        return new Platform("linux", architecture, null);
    }

    /** arm64 without a variant is v8, as every registry client has it. */
    public boolean runs(Platform other) {
        return os.equals(other.os)
                && architecture.equals(other.architecture)
                && normalVariant().equals(other.normalVariant());
    }

    private String normalVariant() {
        String given = variant == null ? "" : variant;
        return architecture.equals("arm64") && given.equals("v8") ? "" : given;
    }

    @Override
    public String toString() {
        return os + "/" + architecture + (variant == null || variant.isEmpty() ? "" : "/" + variant);
    }
}
