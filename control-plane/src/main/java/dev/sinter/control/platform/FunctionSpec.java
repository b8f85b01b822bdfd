package dev.sinter.control.platform;

import dev.sinter.control.compose.Service;

/**
 * A function to run exactly as its Compose service says.
 *
 * @param image reference or digest the engine has, as {@link Platform#ensureImage} gives it
 */
public record FunctionSpec(Service service, String image, SidecarSpec sidecar) {}
