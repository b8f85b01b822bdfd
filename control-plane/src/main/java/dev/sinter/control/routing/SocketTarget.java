package dev.sinter.control.routing;

/** @param host an IP address */
public record SocketTarget(String host, int port) {}
