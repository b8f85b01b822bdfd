from func_python.http import serve

from function import new as handler

if __name__ == "__main__":
    serve(handler)
