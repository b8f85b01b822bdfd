package dev.sinter.control.routing;

/**
 * A port on which the gateway takes traffic for a function from outside the mesh.
 *
 * @param gatewayPort where the gateway listens
 * @param port the function's
 */
public record PublishedPort(int gatewayPort, int port) {}
