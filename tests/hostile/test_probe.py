import gzip, zlib, time, resource
from itertools import chain, repeat, cycle
import pytest
H=b"HTTP/1.1 200 OK\r\n"
def whole(body, *headers): return H+b"".join(h+b"\r\n" for h in headers)+b"Content-Length: %d\r\n\r\n"%len(body)+body
XML=b"Content-Type: text/xml"
BOMB=zlib.compress(bytes(200_000_000))
GB=gzip.compress(bytes(200_000_000))
OK=b'<?xml version="1.0"?><VerbaApi><Response code="0" type="KeepCall"/></VerbaApi>'
KINDS={
 "silence": [60.0],
 "closed": [],
 "drip": list(chain.from_iterable((bytes([b]),0.1) for b in whole(OK))),
 "200MB": lambda r: chain([H+b"Content-Length: 200000000\r\n\r\n"], repeat(b"x"*65536,3052)),
 "gzip bomb": [whole(GB,b"Content-Encoding: gzip")],
 "deflate bomb":[whole(BOMB,b"Content-Encoding: deflate")],
 "status": [b"HTP/1.1 200 OK\r\n\r\n"],
 "neg": [H+b"Content-Length: -5\r\n\r\n"+OK],
 "1MB header":[H+b"X: "+b"x"*(1<<20)+b"\r\n\r\n"+OK],
 "nested":[whole(b"<a>"*100_000+b"</a>"*100_000,XML)],
 "nested unclosed":[whole(b"<a>"*100_000,XML)],
 "laughs":[whole(b'<!DOCTYPE l [<!ENTITY a0 "lol">'+b"".join(b'<!ENTITY a%d "%s">'%(i,b"&a%d;"%(i-1)*10) for i in range(1,12))+b']><VerbaApi><Response code="0" type="KeepCall">&a11;</Response></VerbaApi>',XML)],
 "laughs grant":[whole(b'<!DOCTYPE l [<!ENTITY a0 "lol">'+b"".join(b'<!ENTITY a%d "%s">'%(i,b"&a%d;"%(i-1)*10) for i in range(1,12))+b']><VerbaApi><Response code="0" type="KeepCall"/><X>&a11;</X></VerbaApi>',XML)],
 "nul":[whole(OK.replace(b"VerbaApi",b"Verba\0Api"),XML)],
 "utf8":[whole(OK.replace(b"KeepCall",b"\xff\xfe\xc0\x80"),XML)],
 "loop":lambda r:[b"HTTP/1.1 302 Go\r\nLocation: /verba/api\r\nContent-Length: 0\r\n\r\n"],
 "cookies":[whole(OK,XML,*[b"Set-Cookie: c%d=1"%i for i in range(3000)])],
 "429":[b"HTTP/1.1 429 No\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n"],
 "429now":[b"HTTP/1.1 429 No\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"],
 "503":[b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"],
 "503ra":[b"HTTP/1.1 503 No\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n"],
 "1MB":[whole(OK+b" "*1_000_000,XML)],
 "502":[b"HTTP/1.1 502 No\r\nContent-Length: 3\r\n\r\nbad"],
 "empty":[whole(b"")],
 "html":[whole(b"<html><body>It works!</body></html>")],
}
@pytest.mark.parametrize("kind",KINDS)
def test_probe(serve,target,suite,kind,capsys):
    s=serve(KINDS[kind]); t=time.time()
    r=suite(target(s))
    with capsys.disabled():
        print(f"\n{kind}: {r.verdict} {r.tests} sent={r.sent} got={len(s.requests)} {time.time()-t:.2f}s {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss//1024}MB\n    {r.messages[0][:300]!r}")
