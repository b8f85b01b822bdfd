package dev.sinter.merger;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One function to be fused.
 *
 * @param name by which the others call it; a DNS label
 * @param image reference with a transport: {@code docker-daemon:REF} (the default, also for an engine's image id),
 *     {@code docker-archive:FILE[:REF]}, {@code oci:DIR[:TAG]}, {@code oci-archive:FILE[:TAG]}, {@code docker://REF}
 * @param port it listens on; {@code null} takes what the command line, {@code PORT} or the image's EXPOSE says
 */
public record Member(
        String name,
        String image,
        Overrides overrides,
        @Nullable Integer port) {

    private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?");

    public Member {
        if (!DNS_LABEL.matcher(name).matches()) {
            throw new MergeException(
                    MergeProblem.BAD_REQUEST, "member name: " + name + " (expected: a DNS label in lower case)");
        }
        if (image.isBlank()) {
            throw new MergeException(
                    MergeProblem.BAD_REQUEST, "image of " + name + ": blank (expected: an image reference)");
        }
        if (port != null && (port < 1 || port > 65535)) {
            throw new MergeException(
                    MergeProblem.BAD_REQUEST, "port of " + name + ": " + port + " (expected: 1 to 65535)");
        }
    }
}
