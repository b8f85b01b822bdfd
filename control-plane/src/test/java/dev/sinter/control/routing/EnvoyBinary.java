package dev.sinter.control.routing;

import dev.sinter.control.setup.Setup;
import java.nio.file.Path;

/** The Envoy that {@code sinter setup} finds or brings; looked for once. */
final class EnvoyBinary {
    private static final class Found {
        private static final Path BINARY =
                new Setup(System.getenv()).ensure(line -> {}).envoy();
    }

    private EnvoyBinary() {}

    static Path path() {
        return Found.BINARY;
    }
}
