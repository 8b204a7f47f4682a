#!/usr/bin/perl
# A FastCGI program as people write them: the listening socket is descriptor 0, one request at a time.
use strict;
use warnings;
use FCGI;

my $request = FCGI::Request();
while ($request->Accept() >= 0) {
    my $body = '';
    read(STDIN, $body, $ENV{CONTENT_LENGTH}) if $ENV{CONTENT_LENGTH};
    my $status = $ENV{QUERY_STRING} =~ /^status=(\d+)$/ ? $1 : 200;
    print "Status: $status\r\nContent-Type: text/plain\r\n\r\n";
    print "$ENV{REQUEST_METHOD} $ENV{DOCUMENT_URI} id=$ENV{ROUTE_id} $body\n";
}
