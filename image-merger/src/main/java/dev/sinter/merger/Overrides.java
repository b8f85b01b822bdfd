package dev.sinter.merger;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a Compose service or a pod says about starting its image; {@code null} keeps the image's own value.
 *
 * @param entrypoint replaces the image's entry point and, as engines do it, drops the image's command
 * @param command replaces the image's command
 * @param environment added to the image's environment, same names replaced
 */
public record Overrides(
        @Nullable List<String> entrypoint,
        @Nullable List<String> command,
        Map<String, String> environment,
        @Nullable String workingDir,
        @Nullable String user) {

    public static final Overrides NONE = new Overrides(null, null, Map.of(), null, null);

    public Overrides {
        entrypoint = entrypoint == null ? null : List.copyOf(entrypoint);
        command = command == null ? null : List.copyOf(command);
        environment = Map.copyOf(environment);
    }
}
